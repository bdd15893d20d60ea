//! The guide about the rogue moderator is true: its lines, run in order in an empty folder, print the output
//! that it shows.

use std::path::Path;
use std::process::Command;

use crate::kit::{free_address, run};

const GUIDE: &str = include_str!("../../../../docs/guides/rogue-moderator.md");

/// Marker that is printed after each block of the guide.
const END: &str = "== end of the block ==";

/// Texts that differ from run to run, each with its replacement. `d` is a digit, `h` a hexadecimal digit.
const CHANGING: [(&str, &str); 5] = [
    ("dddd-dd-dd dd:dd:dd", "2026-04-15 00:00:00"),
    ("dddd-dd-ddTdd:dd:dd.dddZ", "2026-04-15T00:00:00.000Z"),
    ("hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", "a hash"),
    ("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", "an id"),
    ("passes in dddd s", "passes in an hour"),
];

/// Returns the text with everything replaced that differs from run to run.
fn steady(text: &str) -> String {
    let mut steady = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let changing = CHANGING.iter().find(|(shape, _)| begins_like(rest, shape));
        let (taken, shown) = changing
            .map_or((first.len_utf8(), &rest[..first.len_utf8()]), |(shape, shown)| (shape.len(), *shown));
        steady.push_str(shown);
        rest = &rest[taken..];
    }
    steady
}

fn begins_like(text: &str, shape: &str) -> bool {
    let fits = |(c, s): (u8, u8)| match s {
        b'd' => c.is_ascii_digit(),
        b'h' => c.is_ascii_hexdigit(),
        _ => c == s,
    };
    text.len() >= shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

/// A block of the guide: its lines for the shell, and the output that the guide shows for them.
struct Block {
    lines: &'static str,
    shown: Option<&'static str>,
}

fn blocks(guide: &'static str) -> Vec<Block> {
    let blocks = guide.split("```sh\n").skip(1).filter_map(|rest| {
        let (lines, rest) = rest.split_once("```\n")?;
        let shown = rest.strip_prefix("\n```text\n").and_then(|rest| rest.split("```").next());
        Some(Block { lines, shown })
    });
    blocks.collect()
}

/// Runs the blocks. Returns the standard output and error of each.
fn printed(folder: &Path, blocks: &[Block]) -> Vec<String> {
    let address = free_address().to_string();
    let mut script = "exec 2>&1; trap 'kill $(jobs -p)' EXIT\n".to_owned();
    script.extend(blocks.iter().map(|block| format!("{}echo '{END}'\n", block.lines)));
    let binaries =
        Path::new(env!("CARGO_BIN_EXE_rankledger")).parent().expect("a file is in a folder").display();
    let path = format!("{binaries}:{}", std::env::var("PATH").expect("there is a path"));
    let mut command = Command::new("bash");
    command.args(["-euc", &script.replace("127.0.0.1:8080", &address)]).current_dir(folder);
    command.env("PATH", path).env("RANKLEDGER_LISTEN", address);
    command.env_remove("RANKLEDGER_DATABASE").env_remove("RANKLEDGER_CONFIG");
    let output = run(&mut command);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{text}");
    text.split(&format!("{END}\n")).map(str::to_owned).collect()
}

/// Returns whether the text is as shown. A line `...` in `shown` matches any number of lines.
fn is_shown(text: &str, shown: &str) -> bool {
    let mut rest = text;
    for (number, part) in shown.split("...\n").enumerate() {
        let Some(place) = rest.find(part).filter(|place| number > 0 || *place == 0) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.is_empty() || shown.ends_with("...\n")
}

#[test]
fn every_line_of_the_guide_prints_what_it_shows() {
    assert_eq!(prints_what_it_shows(GUIDE), GUIDE.matches("```text").count());
}

/// Runs the lines of a guide, and checks that they print what it shows. Returns how many outputs it shows.
pub(crate) fn prints_what_it_shows(guide: &'static str) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let blocks = blocks(guide);
    let printed = printed(folder.path(), &blocks);
    for (block, printed) in blocks.iter().zip(&printed) {
        if let Some(shown) = block.shown {
            let is_shown = is_shown(&steady(printed), &steady(shown));
            assert!(is_shown, "{}prints\n{printed}and not\n{shown}", block.lines);
        }
    }
    blocks.iter().filter(|block| block.shown.is_some()).count()
}
