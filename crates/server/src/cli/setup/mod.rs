//! `rankledger setup`: asks four questions, and leaves a running server with a community, its owner and a
//! key.
//!
//! Everything that can be refused is refused before anything is written. A setup that was cut off is finished
//! by running it again: what is there already stays as it is, and is named.

mod answers;
mod ask;
mod community;
mod config_file;
mod place;
mod service;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

use self::answers::{Answers, Questions};
use self::place::Database;
use self::service::Service;
use super::database::{self, INSTALLED_CONFIG};
use super::log_output::log_directly;
use super::print;
use crate::config::{Overrides, Settings};

/// Where the package puts the guides.
const GUIDES: &str = "/usr/share/doc/rankledger/docs/guides";

#[derive(Debug, Args)]
pub(super) struct Setup {
    #[command(flatten)]
    questions: Questions,
    /// Where the settings are written
    #[arg(long, env = "RANKLEDGER_CONFIG", value_name = "FILE", default_value = INSTALLED_CONFIG)]
    config: PathBuf,
    /// Where the data is to be: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`
    /// [default: `sqlite:/var/lib/rankledger/rankledger.db`]
    #[arg(long, env = "RANKLEDGER_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<Database>,
}

impl Setup {
    pub(super) async fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        let is_configured = self.config.exists();
        if !is_configured {
            config_file::check_writable(&self.config)?;
        }
        let answers = self.questions.answers(is_configured)?;
        self.configure(&answers).await?;
        let settings = database::load(Some(&self.config), Overrides::default())?;
        let service = Service::of(&self.config);
        service.start(&settings)?;
        let made = community::establish(&settings, &answers.community, &answers.owner).await?;
        print::ask_text(&self.closing(&settings, &service, &answers, made.link.as_deref()));
        made.key.map_or(Ok(()), |key| print::print(&format!("{}\n", key.reveal())))
    }

    /// Writes the configuration file, unless it is there.
    async fn configure(&self, answers: &Answers) -> Result<()> {
        let config = self.config.display();
        let Some(place) = &answers.place else {
            let unused = if self.questions.name_a_place() || self.database.is_some() {
                " The address, the proxy and the database that you gave were not used: change them there."
            } else {
                ""
            };
            print::say!("Settings   {config} is there already and stays as it is.{unused}");
            return Ok(());
        };
        // A server that is started later would fail, after everything else was written.
        let taken = TcpListener::bind(place.listen).await.map(drop);
        let way_out = "choose another address or port with --listen, and have the proxy lead there";
        taken.with_context(|| format!("cannot listen on {}: {way_out}", place.listen))?;
        let database = self.database.clone().unwrap_or_default();
        config_file::write(&self.config, &place.as_toml(&database))?;
        print::say!("Settings   written to {config}");
        Ok(())
    }

    /// Says how the server is reached, and what to do next.
    fn closing(
        &self,
        settings: &Settings,
        service: &Service,
        answers: &Answers,
        link: Option<&str>,
    ) -> String {
        let url = settings.sites.public_url.as_ref().map_or_else(
            || format!("http://{}", crate::systemd::reachable(settings.listen)),
            ToString::to_string,
        );
        let start = match service {
            Service::Systemd => String::new(),
            Service::Nobody => format!(
                "\nNo systemd with a rankledger.service runs here, so start the server yourself, and have it started with \
                 the machine:\n\n  rankledger serve --config {}\n",
                self.config.display()
            ),
        };
        let console = console(&url, answers, link);
        let guides =
            if Path::new(GUIDES).exists() { format!(" The guides are in {GUIDES}.") } else { String::new() };
        format!(
            "{start}
Programs reach the server at {url}, with a key. Try it:

  curl -H \"Authorization: Bearer KEY\" {url}/v2/community

{console}

Next, bring your ranks and members in with `rankledger import`.{guides}

"
        )
    }
}

/// Says how the owner gets into the console.
fn console(url: &str, answers: &Answers, link: Option<&str>) -> String {
    let command =
        format!("rankledger console link --community {} --user {}", answers.community.id, answers.owner);
    match link {
        Some(link) => format!(
            "The console, where this link signs you in, once and within ten minutes:\n\n  {url}{link}\n\nAnother link: {command}"
        ),
        None => format!("A link that signs you in to the console: {command}"),
    }
}
