//! `rankledger openapi`: the OpenAPI document, as `GET /openapi.json` answers it.

use anyhow::Result;
use clap::Args;

use super::print;
use crate::api::openapi;

#[derive(Debug, Args)]
pub(super) struct Openapi {}

impl Openapi {
    #[expect(clippy::unused_self, reason = "as the other commands are run")]
    pub(super) fn run(self) -> Result<()> {
        print::print(openapi::text())
    }
}
