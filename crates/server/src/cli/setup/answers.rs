//! The four questions: asked at a terminal, or answered by flags. Without a terminal, all flags must be
//! there.

use std::io::IsTerminal;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rankledger_domain::identifier::is_discord_id;
use rankledger_domain::name::{check_name, check_word, normalized};

use super::ask::ask;
use super::place::{Place, Proxy};
use crate::cli::serve::parse_listen;
use crate::config::SiteUrl;

/// The questions, as flags.
#[derive(Debug, Args)]
pub(super) struct Questions {
    /// The public id of the community, such as `club` [default: made from its name]
    #[arg(long, value_name = "ID")]
    community: Option<String>,
    /// The name of the community [default: its id]
    #[arg(long)]
    name: Option<String>,
    /// Your id at Discord, 17 to 20 digits: you become the owner of the community
    #[arg(long, value_name = "DISCORD_ID")]
    owner: Option<String>,
    /// Where programs reach the server, such as `https://ranks.example.com` or `http://203.0.113.7:8080`
    #[arg(long, value_name = "URL")]
    address: Option<SiteUrl>,
    /// The proxy in front of the server: `none`, `local` for one on this machine, or its IP address
    #[arg(long, value_name = "PROXY")]
    proxy: Option<Proxy>,
    /// The address to listen on [default: made from --address and --proxy, mostly 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", value_parser = parse_listen)]
    listen: Option<SocketAddr>,
}

/// The answers, checked.
pub(super) struct Answers {
    pub(super) community: NamedCommunity,
    pub(super) owner: String,
    /// `None` if a configuration file says it already.
    pub(super) place: Option<Place>,
}

/// A community that is to be there.
pub(super) struct NamedCommunity {
    pub(super) id: String,
    pub(super) name: String,
}

impl Questions {
    /// Whether a flag is about what the configuration file says.
    pub(super) fn name_a_place(&self) -> bool {
        self.address.is_some() || self.proxy.is_some() || self.listen.is_some()
    }

    /// Asks what the flags do not say. Without a terminal that is refused, with the names of the flags.
    pub(super) fn answers(&self, is_configured: bool) -> Result<Answers> {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            self.refuse_gaps(is_configured)?;
        }
        let community = self.named_community()?;
        let owner = match &self.owner {
            Some(owner) => discord_id(owner)?,
            None => ask(
                "Your Discord id, 17 to 20 digits (right-click your name at Discord, Copy User ID)",
                None,
                discord_id,
            )?,
        };
        if is_configured {
            return Ok(Answers { community, owner, place: None });
        }
        let address = match &self.address {
            Some(address) => address.clone(),
            None => {
                ask("The address at which programs reach the server", Some("http://127.0.0.1:8080"), parsed)?
            }
        };
        let place = match &self.proxy {
            Some(proxy) => Place::new(address, proxy.clone(), self.listen)?,
            None => self.ask_for_proxy(&address)?,
        };
        Ok(Answers { community, owner, place: Some(place) })
    }

    /// Asks for the proxy until there can be a server behind it at this address.
    fn ask_for_proxy(&self, address: &SiteUrl) -> Result<Place> {
        let usual = if address.to_string().starts_with("https:") { "local" } else { "none" };
        let question = "The proxy in front of it, such as nginx or Caddy: none, local (on this machine), or its IP address";
        ask(question, Some(usual), |text| Place::new(address.clone(), parsed(text)?, self.listen))
    }

    fn refuse_gaps(&self, is_configured: bool) -> Result<()> {
        let gaps = [
            ("--community", self.community.is_none() && self.name.is_none()),
            ("--owner", self.owner.is_none()),
            ("--address", self.address.is_none() && !is_configured),
            ("--proxy", self.proxy.is_none() && !is_configured),
        ];
        let missing: Vec<_> =
            gaps.iter().filter(|(_, is_missing)| *is_missing).map(|(flag, _)| *flag).collect();
        ensure!(
            missing.is_empty(),
            "there is no terminal to ask questions at, so say everything by flags: {} missing, see `rankledger help setup`",
            missing.join(", ") + if missing.len() == 1 { " is" } else { " are" }
        );
        Ok(())
    }

    fn named_community(&self) -> Result<NamedCommunity> {
        let name = match (&self.name, &self.community) {
            (Some(name), _) => Some(checked_name(name)?),
            (None, Some(_)) => None,
            (None, None) => Some(ask("What is your community called?", None, checked_name)?),
        };
        let id = match (&self.community, name.as_deref().and_then(id_from)) {
            (Some(id), _) => checked_id(id)?,
            (None, Some(id)) => id,
            (None, None) if std::io::stdin().is_terminal() => {
                ask("A short id of it for programs, such as club", None, checked_id)?
            }
            (None, None) => {
                bail!("no id can be made from this name: choose one with --community, such as club")
            }
        };
        Ok(NamedCommunity { name: name.unwrap_or_else(|| id.clone()), id })
    }
}

fn parsed<T: std::str::FromStr<Err = String>>(text: &str) -> Result<T> {
    text.parse().map_err(anyhow::Error::msg)
}

fn checked_name(text: &str) -> Result<String> {
    let name = normalized(text);
    check_name(&name).with_context(|| format!("\"{name}\" cannot be a name"))?;
    Ok(name)
}

fn checked_id(text: &str) -> Result<String> {
    let id = normalized(text);
    check_word(&id).with_context(|| format!("\"{id}\" cannot be a community id"))?;
    Ok(id)
}

fn discord_id(text: &str) -> Result<String> {
    ensure!(
        is_discord_id(text),
        "\"{text}\" is no Discord id, which has 17 to 20 digits: switch on the developer mode at Discord (Settings, \
         Advanced), right-click your name, and choose Copy User ID"
    );
    Ok(text.to_owned())
}

/// Makes an id from a name: `Los Santos RP` becomes `los-santos-rp`. `None` if the name has letters that not
/// every program can write in a URL.
fn id_from(name: &str) -> Option<String> {
    if !name.is_ascii() {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let words: Vec<_> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}
