// What makes PocketBase do what Rankledger does: accounts, and a log row in the transaction of each change.

onBootstrap((e) => {
  e.next()
  // The one connection that writes. In WAL mode its default, NORMAL, may lose what was answered.
  $app.nonconcurrentDB().newQuery("PRAGMA synchronous = FULL").execute()

  const settings = $app.settings()
  settings.logs.maxDays = 0 // no row for each request
  $app.save(settings)

  try {
    $app.findCollectionByNameOrId("accounts")
    return
  } catch { }
  $app.save(new Collection({
    type: "base",
    name: "accounts",
    fields: [
      { type: "text", name: "name" },
      { type: "json", name: "ranks" },
      { type: "bool", name: "active" },
      { type: "json", name: "row" },
    ],
  }))
  $app.save(new Collection({
    type: "base",
    name: "log",
    fields: [
      { type: "text", name: "account" },
      { type: "json", name: "before" },
      { type: "json", name: "after" },
      { type: "text", name: "actor" },
      { type: "autodate", name: "created", onCreate: true },
    ],
  }))
})

// SQL, for it is faster than a record that is saved.
onRecordUpdateExecute((e) => {
  const app = e.app
  const before = e.record.original().getString("ranks")
  app.runInTransaction((tx) => {
    e.app = tx
    e.next()
    tx.db().newQuery(`
      INSERT INTO log (id, account, before, after, actor, created)
      VALUES (lower(hex(randomblob(8))), {:account}, {:before}, {:after}, 'bench', strftime('%Y-%m-%d %H:%M:%fZ'))
    `).bind({ account: e.record.id, before: before, after: e.record.getString("ranks") }).execute()
  })
  e.app = app
}, "accounts")

routerAdd("POST", "/bench/seed/{count}", (e) => {
  const count = parseInt(e.request.pathValue("count"))
  const row = { text: "x".repeat(1400) }
  $app.runInTransaction((tx) => {
    const accounts = tx.findCollectionByNameOrId("accounts")
    for (let i = 0; i < count; i++) {
      const account = new Record(accounts)
      account.set("id", String(i).padStart(15, "0"))
      account.set("name", "Member " + i)
      account.set("ranks", ["rank-0", "rank-1"])
      account.set("active", true)
      account.set("row", row)
      tx.saveNoValidate(account)
    }
  })
  return e.json(200, { count })
}, $apis.requireSuperuserAuth())

// How the connection that writes syncs, and what was logged.
routerAdd("GET", "/bench/state", (e) => {
  const state = new DynamicModel({ synchronous: 0, logged: 0 })
  $app.runInTransaction((tx) => {
    tx.db()
      .newQuery("SELECT synchronous, (SELECT count(*) FROM log) AS logged FROM pragma_synchronous")
      .one(state)
  })
  return e.json(200, state)
}, $apis.requireSuperuserAuth())
