//! `rankledger ranks`: the departments and their ranks.

use anyhow::Result;
use clap::Args;

use super::client::target::Target;
use super::print;
use super::table::Table;
use crate::wire::departments::DepartmentBody;

#[derive(Debug, Args)]
pub(super) struct Ranks {
    /// List retired ranks as well
    #[arg(long)]
    retired: bool,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Ranks {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let all = vec![("includeRetired", "true".to_owned())];
        let mut departments: Vec<DepartmentBody> = client.get("/v2/community/departments", &all)?.read()?;
        client.settle()?;
        if !self.retired {
            departments.retain(|department| department.retired != Some(true));
            for department in &mut departments {
                department.ranks.retain(|rank| rank.retired != Some(true));
            }
        }
        if self.json {
            return print::json(&departments);
        }
        if departments.iter().all(|department| department.ranks.is_empty()) {
            print::say!("no ranks");
            return Ok(());
        }
        print::print(&table(departments).to_string())
    }
}

fn table(departments: Vec<DepartmentBody>) -> Table<6> {
    let mut table = Table::new(["DEPARTMENT", "RANK", "KEY", "POWER", "STATE", "ID"]);
    for DepartmentBody { label, ranks, .. } in departments {
        for rank in ranks {
            let state = if rank.retired == Some(true) { "retired" } else { "given" };
            table.row([
                label.clone(),
                rank.label,
                rank.key.unwrap_or_else(|| "-".to_owned()),
                rank.power.to_string(),
                state.to_owned(),
                rank.id.to_string(),
            ]);
        }
    }
    table
}
