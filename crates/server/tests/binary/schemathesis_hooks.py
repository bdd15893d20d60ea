"""What the OpenAPI document cannot say, told to Schemathesis. It is read because schemathesis.toml names it."""

import re
from uuid import UUID

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# Members that are each as described, but do not go together, or not with the moment: operation, type of the problem, and
# the place that it names. A refusal of these is right. Every other refusal of a request that fits the document is not.
DEPENDENT = [
    # To begin and to end at once.
    ("clockAccount", "invalid-body", "/forceClock(In|Out)"),
    # What a value looks like depends on the type beside it.
    ("registerIdentifiers", "invalid-body", r"/identifiers/\d+"),
    ("createAccount", "invalid-body", r"/identifiers/\d+"),
    # One id twice; a host and a URL that are none; two names for the principal of a mapping, or none.
    ("addServers", "invalid-body", r"/servers/\d+/(id|ip|pushUrl|aceConfig/mappings/\d+/(principal|aceGroup))"),
    ("setServers", "invalid-body", r"/servers/\d+/(id|ip|pushUrl|aceConfig/mappings/\d+/(principal|aceGroup))"),
    ("setAceConfig", "invalid-body", r"/mappings/\d+/(principal|aceGroup)"),
    # To come and to go at once.
    ("activityTracker", "invalid-body", "/force(Stop|Clear)"),
    # A time that has passed.
    ("createCredential", "invalid-body", "/expiresAt"),
    # An end of more than 100 years, or a duration of nothing.
    ("setAccountRanks", "invalid-body", r"/(set|add)/\d+/expires(At|In)"),
    # The same, a time that has passed, or both at once.
    ("banAccount", "invalid-body", "/expires(At|In)"),
    # Nothing to search for; or two names of the same parameter that differ.
    ("searchAccounts", "invalid-query", "|accId"),
    # A rank that is not there, or nobody.
    ("getAccounts", "invalid-query", "rank"),
    ("getRankChanges", "invalid-query", "rank|userId|accountId"),
    ("exportRankChanges", "invalid-query", "rank|userId|accountId"),
    ("getRankChangesSummary", "invalid-query", "rank|userId|accountId"),
    ("getAdministration", "invalid-query", "userId"),
    ("exportAdministration", "invalid-query", "userId"),
    # A cursor of another community, or beyond the end.
    ("getEvents", "invalid-cursor", ""),
    # A URL that nothing is sent to, or a secret that is none, or none where one is needed.
    ("createSubscription", "invalid-webhook-(url|secret)", "/(url|secret)"),
    ("editSubscription", "invalid-webhook-url", "/url"),
    ("rotateSubscriptionSecret", "invalid-webhook-secret", "/secret"),
    # Several beginnings at once, or none, or one that is not there.
    ("replaySubscription", "invalid-body", "/place|/changeNumber|/from"),
    # A filter and a token at once, or neither; a filter of nulls; a token that no preview answered.
    ("rollBackRankChanges", "invalid-body", "/filter|/onConflict|/planToken"),
    # Empty texts, where the document asks for UUIDs and times: the fuzzing overlooks formats this deep in a body.
    ("rollBackRankChanges", "invalid-body", "/filter/(credentialId|batchId|from|to)"),
]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, AcceptedNegativeData):
        # An empty parameter counts as absent. The document says so by `allowEmptyValue`, which the fuzzing overlooks.
        # An empty array is an empty object, for Lua writes an empty table so.
        return "" not in (case.query or {}).values() and not has_empty_array(case.body)
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    if has_nul(case.body):
        # No text of a body may hold U+0000, whatever member it is in; a document cannot say so of members that it does not name.
        return False
    problem = response.json()
    error = (problem.get("errors") or [{}])[0]
    place = error.get("pointer") or error.get("parameter") or ""
    return not any(
        case.operation.definition.raw["operationId"] == operation
        and re.fullmatch(f"/problems/{slug}", problem["type"])
        and re.fullmatch(places, place)
        for operation, slug, places in DEPENDENT
    )


def has_empty_array(value):
    if isinstance(value, (list, dict)):
        inner = value.values() if isinstance(value, dict) else value
        return value == [] or any(has_empty_array(one) for one in inner)
    return False


def has_nul(value):
    if isinstance(value, dict):
        return any(has_nul(part) for part in (*value.keys(), *value.values()))
    if isinstance(value, list):
        return any(has_nul(one) for one in value)
    return isinstance(value, str) and "\0" in value


def is_uuid(value):
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


@schemathesis.hook
def before_call(context, case, kwargs):
    account = (case.path_parameters or {}).get("accountId")
    for members in (case.query, case.body):
        if isinstance(members, dict):
            # The account of the path may be repeated, but no other may be named.
            if is_uuid(account) and is_uuid(members.get("accId")):
                members["accId"] = account
            # v1 is called with community and key in the body: without them no call gets any further.
            if case.path.startswith(("/general/", "/servers/", "/game/")):
                for name, value in (("id", "YOUR_COMMUNITY_ID"), ("key", "YOUR_API_KEY")):
                    if isinstance(members.get(name), str):
                        members[name] = value
