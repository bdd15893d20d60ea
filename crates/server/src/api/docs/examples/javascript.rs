//! Calls in JavaScript.

use super::call::{BASE, Call, arguments, names};

/// Writes the call of a method.
pub(super) fn call(call: &Call<'_>, method: &str) -> String {
    let arguments = arguments(call);
    let head = format!(
        "const Sonoran = require(\"sonoran.js\");\n\nconst instance = Sonoran.instance({{\n  apiKey: \"YOUR_API_KEY\",\n  \
         communityId: \"YOUR_COMMUNITY_ID\",\n  product: Sonoran.productEnums.CMS,\n  serverId: 1,\n  cmsApiUrl: \
         \"{BASE}\",\n}});\n\n"
    );
    let given: Vec<_> =
        arguments.iter().map(|(name, value)| format!("const {name} = {value:#};\n")).collect();
    let rest = format!(
        "\ninstance.cms.{method}({}).then((response) => {{\n  console.log(response.success ? response.data : \
         response.reason);\n}});",
        names(&arguments)
    );
    head + &given.concat() + &rest
}
