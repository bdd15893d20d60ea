"""Calls Rankledger with the official client; prints what it got as JSON.

Usage: python_client.py BASE_URL
"""

import json
import sys

from sonoran import Instance

ACCOUNT = "00000000-0000-0000-0000-000000000000"

instance = Instance(cmsCommunityId="YOUR_COMMUNITY_ID", cmsApiKey="YOUR_API_KEY")
instance.cmsApiUrl = sys.argv[1]
cms = instance.cms

calls = []


def call(name, answer):
    calls.append({"name": name, "success": answer.success, "data": answer.data, "reason": answer.reason})
    return answer.data


call("community", cms.getCommunityV2())
call("sub-version", cms.getSubVersionV2())
call("departments", cms.getDepartmentsV2())
call("promotion flows", cms.getPromotionFlowsV2())
call("accounts", cms.getAccountsV2({"skip": 0, "take": 25, "sysStatus": True}))
call("search", cms.searchAccountsV2({"username": "ExampleUser"}))
call("account", cms.getAccountV2(ACCOUNT))
call("identifiers", cms.getAccountIdentifiersV2(ACCOUNT))
changed = call("set", cms.setAccountRanksV2(ACCOUNT, {"accId": ACCOUNT, "add": ["rank-1"], "active": True}))
call("ranks", cms.getAccountRanksV2(ACCOUNT))
# This client takes no undo id that is not a positive integer: the change's number is one.
call("undo by number", cms.undoRankChangeV2(changed["meta"]["changeNumber"]))
call("ranks afterwards", cms.getAccountRanksV2(ACCOUNT))

refused = cms.setAccountRanksV2(ACCOUNT, {"add": ["no-such-rank"]})

# One request more than the documented count a minute: the client gets a 429, waits, and gets through.
for _ in range(14):
    limited = cms.getSubVersionV2()

json.dump(
    {
        "calls": calls,
        "refused": {"success": refused.success, "reason": refused.reason},
        "limited": {"success": limited.success, "reason": limited.reason},
    },
    sys.stdout,
)
