//! The form of the name of a community's own site.

/// The most characters of a host name without its port.
const MAX_HOST_LENGTH: usize = 253;

/// The most characters between two dots.
const MAX_LABEL_LENGTH: usize = 63;

/// A text that is no host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no host name: write it like cms.example.com, in lower case and without https://; a port may follow, as in \
     cms.example.com:8443"
)]
pub struct BadHost;

/// Checks a host name: lower-case letters, digits, dots and hyphens, and perhaps a port.
pub fn check_host(host: &str) -> Result<(), BadHost> {
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let is_fit = name.len() <= MAX_HOST_LENGTH && name.split('.').all(is_label) && port.is_none_or(is_port);
    if is_fit { Ok(()) } else { Err(BadHost) }
}

fn is_label(label: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_LABEL_LENGTH).contains(&label.len())
        && label.bytes().all(is_fit)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}
