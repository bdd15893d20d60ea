//! The names, labels and keys of a document in the spelling that is kept, so that one name is one name
//! however the accents in it are composed.

use rankledger_domain::name::normalized;

use super::document::Document;

impl Document {
    /// Puts every name, label and key into normal form C. Ids of definitions stay as they are given, and so
    /// do texts that name nothing.
    pub(super) fn normalize_names(&mut self) {
        let Self { community, servers, departments, promotion_flows, .. } = self;
        let mut names: Vec<&mut String> = vec![&mut community.id, &mut community.name];
        names.extend(servers.iter_mut().map(|server| &mut server.0.name));
        for department in departments {
            names.push(&mut department.label);
            names.extend(&mut department.label_two);
            for rank in &mut department.ranks {
                names.push(&mut rank.label);
                names.extend(&mut rank.key);
            }
        }
        for flow in promotion_flows {
            names.extend([&mut flow.label_from, &mut flow.label_to]);
            names.extend(&mut flow.key);
        }
        names.extend(self.profile_fields.iter_mut().map(|field| &mut field.label));
        names.extend(self.clock_in_types.iter_mut().map(|kind| &mut kind.label));
        names.extend(self.custom_log_types.iter_mut().map(|kind| &mut kind.label));
        names.extend(self.accounts.iter_mut().map(|account| &mut account.name));
        for name in names {
            *name = normalized(name);
        }
    }
}
