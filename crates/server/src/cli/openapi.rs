//! `rankledger openapi`: the OpenAPI document, as `GET /openapi.json` answers it.

use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::Args;

use crate::api::openapi;

#[derive(Debug, Args)]
pub(super) struct Openapi {}

impl Openapi {
    #[expect(clippy::unused_self, reason = "as the other commands are run")]
    pub(super) fn run(self) -> Result<()> {
        io::stdout().write_all(openapi::text().as_bytes()).context("cannot print the document")
    }
}
