//! Calls in JavaScript.

use super::libraries::{arguments, names};
use super::{BASE, Call};

/// Writes the call of a method.
pub(super) fn call(call: &Call<'_>, method: &str) -> String {
    let arguments = arguments(call);
    let mut code = format!(
        "const Sonoran = require(\"sonoran.js\");\n\nconst instance = Sonoran.instance({{\n  apiKey: \"YOUR_API_KEY\",\n  \
         communityId: \"YOUR_COMMUNITY_ID\",\n  product: Sonoran.productEnums.CMS,\n  serverId: 1,\n  cmsApiUrl: \
         \"{BASE}\",\n}});\n\n"
    );
    for (name, value) in &arguments {
        code.push_str(&format!("const {name} = {value:#};\n"));
    }
    code.push_str(&format!(
        "\ninstance.cms.{method}({}).then((response) => {{\n  console.log(response.success ? response.data : \
         response.reason);\n}});",
        names(&arguments)
    ));
    code
}
