"""Calls every method that the official client has for General, Accounts and Servers, with the request of the documented example;
prints the answers as JSON.

Usage: python_client.py BASE_URL EXAMPLES, a JSON object with the example of each operation
"""

import inspect
import json
import re
import sys

from sonoran import Instance
from sonoran.managers.cms import CMSManager

ACCOUNT = "00000000-0000-0000-0000-000000000000"

# The methods by the operations that they call, in an order that works.
METHODS = {
    "getCommunityV2": "getCommunity",
    "getSubVersionV2": "getSubVersion",
    "lookupCommunityV2": "lookupCommunity",
    "getDepartmentsV2": "getDepartments",
    "getProfileFieldsV2": "getProfileFields",
    "getClockInTypesV2": "getClockInTypes",
    "getCustomLogTypesV2": "getCustomLogTypes",
    "getPromotionFlowsV2": "getPromotionFlows",
    "getAccountsV2": "getAccounts",
    "searchAccountsV2": "searchAccounts",
    "getAccountV2": "getAccount",
    "getAccountIdentifiersV2": "getAccountIdentifiers",
    "getCurrentClockInV2": "getCurrentClockIn",
    "getLatestActivityV2": "getLatestActivity",
    "setAccountRanksV2": "setAccountRanks",
    "getAccountRanksV2": "getAccountRanks",
    "undoRankChangeV2": "undoRankChange",
    "triggerPromotionFlowsV2": "triggerPromotionFlows",
    "registerAccountIdentifiersV2": "registerIdentifiers",
    "setAccountNameV2": "setAccountName",
    "editProfileFieldsV2": "editProfileFields",
    "clockAccountV2": "clockAccount",
    "forceSyncV2": "forceSync",
    "createShortUrlV2": "createShortUrl",
    "getServersV2": "getServers",
    "addServersV2": "addServers",
    "getWhitelistV2": "getFullWhitelist",
    "verifyWhitelistV2": "verifyWhitelist",
    "getAceConfigV2": "getAceConfig",
    "setAceConfigV2": "setAceConfig",
    "setServerTypeV2": "setServerType",
    "startActivityV2": "activityTrackerServerStart",
    "createActivityV2": "activityTracker",
    "setServersV2": "setServers",
}

# The sections that Rankledger leaves out.
ABSENT = re.compile(r"v2/community/(forms|events|rosters|disciplinary|erlc|sessions)\b")


def methods_of_the_client():
    methods = inspect.getmembers(CMSManager, inspect.isfunction)
    return [name for name, method in methods if name.endswith("V2") and not ABSENT.search(inspect.getsource(method))]


def arguments(method, operation):
    """What the example puts into the path, its query and its body, as far as the method takes them."""
    example = examples[operation]
    named = re.findall(r"/(?:accounts|rank-changes)/([0-9a-f-]{36})", example["path"])
    named += [int(server) for server in re.findall(r"/servers/(\d+)", example["path"])]
    given = [example[part] for part in ("query", "body") if part in example]
    return (named + given)[: len(inspect.signature(method).parameters)]


instance = Instance(cmsCommunityId="YOUR_COMMUNITY_ID", cmsApiKey="YOUR_API_KEY")
instance.cmsApiUrl = sys.argv[1]
examples = json.loads(sys.argv[2])
cms = instance.cms

calls = {}
for name, operation in METHODS.items():
    method = getattr(cms, name)
    given = arguments(method, operation)
    if name == "undoRankChangeV2":
        # This client takes no undo id that is not a positive integer: the change's number is one.
        given[0] = calls["setAccountRanksV2"]["data"]["meta"]["changeNumber"]
    answer = method(*given)
    calls[name] = {
        "operation": operation,
        "success": answer.success,
        "data": answer.data,
        "reason": answer.reason,
    }

afterwards = cms.getAccountRanksV2(ACCOUNT)
refused = cms.setAccountRanksV2(ACCOUNT, {"add": ["no-such-rank"]})

# With the call above one request more than the documented count a minute: the client gets a 429, waits, and gets through.
for _ in range(13):
    limited = cms.getSubVersionV2()

json.dump(
    {
        "methods": methods_of_the_client(),
        "calls": calls,
        "afterwards": afterwards.data,
        "refused": {"success": refused.success, "reason": refused.reason},
        "limited": {"success": limited.success, "reason": limited.reason},
    },
    sys.stdout,
)
