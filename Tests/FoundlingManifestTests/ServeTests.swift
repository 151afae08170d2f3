import FoundlingCore
import FoundlingManifest
import Testing

/// The section of the daemon.
@Suite struct ServeTests {
    /// `serve:` from line 3 on, with one resource that may be cleaned with nobody looking.
    static func text(_ serve: String, unattended: Bool = true, entries: String = "things/*") -> String {
        ManifestText.head + "serve:\n" + serve.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
            + "\nresources:\n  things: { entries: \(entries), safety: { unattended: \(unattended) }, "
            + "records: [{ table: things, claims: [\"{path}\"] }] }\n"
    }

    static func settings(_ serve: String, _ environment: [String: String] = [:]) throws -> ServeSettings {
        try parse(text(serve), environment).manifest.serve
    }

    @Test func everyWordArrives() throws {
        let serve = #"""
            state: state/serve
            listen: "[::1]:7500"
            anonymous: false
            hosts: [Foundling.example.org, other]
            time_zone: Europe/Berlin
            schedules:
              scan:  {cron: "17 3 * * 0", jitter: 30m, blackout: ["Mon-Fri 08:00-18:00", "Sat"]}
              purge: "47 4 * * *"
              clean: "@daily"
            warn: {orphans: 12.5%, disk_full_in: 2w, disk_used: 80%}
            webhooks:
              - {url: "${SLACK_URL}", format: slack, secret: "${HOOK_SECRET}", events: [guard-tripped, dead-letters]}
              - url: http://127.0.0.1:8080/hook
            """#
        let environment = ["SLACK_URL": "https://hooks.example.org/T/B/x", "HOOK_SECRET": "hunter2"]
        let (manifest, warnings) = try parse(Self.text(serve), environment)
        #expect(warnings.isEmpty)
        #expect(manifest.isServed)
        #expect(manifest.serve.state == "/work/state/serve")
        #expect(manifest.serve.listen == .tcp(host: "::1", port: 7500))
        #expect(!manifest.serve.anonymous)
        #expect(manifest.serve.hosts == ["foundling.example.org", "other"])
        #expect(manifest.serve.timeZone == "Europe/Berlin")
        #expect(
            manifest.serve.schedules == [
                .scan: JobSchedule(
                    cron: try CronExpression("17 3 * * 0"), jitter: 1_800,
                    blackout: [try BlackoutWindow("Mon-Fri 08:00-18:00"), try BlackoutWindow("Sat")]),
                .purge: JobSchedule(cron: try CronExpression("47 4 * * *")),
                .clean: JobSchedule(cron: try CronExpression("@daily")),
            ])
        #expect(manifest.serve.warnings == WarningLimits(orphans: 0.125, diskFull: 1_209_600, diskUsed: 0.8))
        #expect(
            manifest.serve.webhooks == [
                Webhook(
                    url: "https://hooks.example.org/T/B/x", format: .slack, secret: "hunter2",
                    events: [.guardTripped, .deadLetters]),
                Webhook(url: "http://127.0.0.1:8080/hook"),
            ])
    }

    @Test func withoutAWordEverythingIsAsUsual() throws {
        let without = try parse(ManifestText.resource("kind: file")).manifest
        #expect(!without.isServed)
        #expect(without.serve == ServeSettings(state: "/work/" + ServeSettings.folder))
        #expect(without.serve.listen == .tcp(host: "127.0.0.1", port: 7433))
        let manifest = try parse(Self.text("listen: 127.0.0.1:7433")).manifest
        #expect(manifest.isServed)
        #expect(manifest.serve == without.serve)
    }

    @Test(arguments: [
        ("7500", ListenAddress.tcp(host: "127.0.0.1", port: 7500)), ("localhost:80", .tcp(host: "localhost", port: 80)),
        ("127.0.0.1:0", .tcp(host: "127.0.0.1", port: 0)), ("unix:/run/f/f.sock", .unix("/run/f/f.sock")),
        ("unix:run/f.sock", .unix("/work/run/f.sock")), ("'[fe80::1]:9'", .tcp(host: "fe80::1", port: 9)),
        ("'127.0.0.1:${PORT}'", .tcp(host: "127.0.0.1", port: 81)),
    ])
    func aPlaceToListenIsAnAddressAPortOrASocket(text: String, address: ListenAddress) throws {
        #expect(try Self.settings("listen: \(text)", ["PORT": "81"]).listen == address)
    }

    @Test(arguments: [
        ("localhost", "there is no port: write for example 127.0.0.1:7433"),
        ("'[::1]'", "there is no port: write for example 127.0.0.1:7433"),
        ("'::1:80'", "an address with colons stands in brackets: [::1]:7433"),
        ("65536", "a port is a whole number up to 65535"), ("'localhost:'", "a port is a whole number up to 65535"),
        ("localhost:+80", "a port is a whole number up to 65535"),
        ("'*:80'", "that is no address: write for example 127.0.0.1:7433, [::1]:7433 or unix:/run/foundling.sock"),
        (
            "http://localhost:80", "an address with colons stands in brackets: [::1]:7433"
        ),
        ("'unix:'", "'unix:' needs the path of a socket"),
        ("unix:/\(String(repeating: "x", count: 107))", "the path of the socket has 108 bytes; a system takes 107"),
    ])
    func anythingElseIsNoPlaceToListen(text: String, reason: String) {
        #expect(mistakes(Self.text("listen: \(text)")) == ["4:11: 'listen': \(reason)"])
    }

    @Test func aPlaceThatOthersReachIsWarnedOfWhereNoTokenIsNeeded() throws {
        let warnings = try parse(Self.text("listen: 0.0.0.0:7433")).warnings
        #expect(
            warnings.map(\.description) == [
                "foundling.yaml:4:3: 'listen' lets other machines in, and whoever reaches it may read without a token: "
                    + "write 'anonymous: false', or listen on 127.0.0.1 behind a proxy"
            ])
        #expect(try parse(Self.text("listen: 0.0.0.0:7433\nanonymous: false")).warnings.isEmpty)
    }

    @Test(arguments: [
        ("scan: off", ScheduledJob.scan, JobSchedule.off), ("scan: {cron: off}", .scan, .off),
        // Whoever names a time means it; whoever does not keeps the usual one, with what spreads it.
        ("scan: 0 3 * * *", .scan, JobSchedule(cron: try? CronExpression("0 3 * * *"))),
        ("scan: {cron: 0 3 * * *}", .scan, JobSchedule(cron: try? CronExpression("0 3 * * *"))),
        ("purge: {jitter: 1h}", .purge, JobSchedule(cron: try? CronExpression("47 4 * * *"), jitter: 3_600)),
        (
            "purge: {blackout: Sat}", .purge,
            JobSchedule(
                cron: try? CronExpression("47 4 * * *"), jitter: 900,
                blackout: [(try? BlackoutWindow("Sat"))].compactMap(\.self))
        ),
    ])
    func aJobKeepsWhatIsNotSaid(text: String, job: ScheduledJob, schedule: JobSchedule) throws {
        let schedules = try Self.settings("schedules:\n  \(text)").schedules
        #expect(schedules[job] == schedule)
        for other in ScheduledJob.allCases where other != job {
            #expect(schedules[other] == JobSchedule.standard[other])
        }
    }

    @Test func allMistakesAreToldAtOnceEachWithItsPlace() {
        let serve = #"""
            stat: x
            anonymous: yes
            hosts: ["http://a.example", ok]
            time_zone: Europe/Berlim
            schedules:
              scna: off
              scan: {cron: "61 * * * *", jitter: 25h, blackuot: Sat}
              purge: {cron: "* * * * *", blackout: ["25:00-26:00", Fri]}
              clean: {jitter: 5m}
            warn: {orphans: 10, disk_full_in: 14, disk_usd: 90%}
            webhooks:
              - {url: ftp://x, format: slak, events: [dead-leters]}
              - {format: json}
              - https://hooks.example.org/secret
            """#
        #expect(
            mistakes(Self.text(serve)) == [
                "4:3: unknown word 'stat' in 'serve'; did you mean 'state'?",
                "5:14: 'anonymous' is true or false, not 'yes'",
                "6:11: a host is a name such as foundling.example.org, without scheme, port and path",
                "7:14: unknown time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?",
                "9:5: unknown word 'scna' in 'schedules'; did you mean 'scan'?",
                "10:18: 'cron': minute: '61' is not from 0 to 59",
                "10:40: 'jitter' is at most a day: 24h",
                "10:45: unknown word 'blackuot' in a schedule; did you mean 'blackout'?",
                "11:43: 'blackout': '25:00-26:00' is no span of a day: write 08:00-18:00, up to 24:00",
                "12:12: a schedule needs 'cron'",
                "13:19: 'orphans': a share is written with %: 10%",
                "13:37: 'disk_full_in': a span of time needs a unit: write 14s, 14m, 14h, 14d or 14w",
                "13:41: unknown word 'disk_usd' in 'warn'; did you mean 'disk_used'?",
                "15:13: 'url' of a webhook: it begins with neither https:// nor http://",
                "15:30: unknown format 'slak'; did you mean 'slack'?",
                "15:45: unknown event 'dead-leters'; did you mean 'dead-letters'?",
                "16:7: a webhook needs 'url'",
                "17:7: a webhook must be a mapping of words to values, not a text",
            ])
    }

    @Test(arguments: [
        "EST", "BST", "GMT+2", "UTC+2", "europe/berlin", "Mars/Phobos", "../etc/passwd", "/etc/localtime",
    ])
    func aZoneThatIsNoPlaceIsRefused(zone: String) {
        let found = mistakes(Self.text("time_zone: \(zone)"))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("4:14: unknown time zone '\(zone)'; ") == true)
    }

    @Test(arguments: ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Etc/GMT+2", "America/Argentina/Buenos_Aires"])
    func aZoneIsAPlace(zone: String) throws {
        #expect(try Self.settings("time_zone: \(zone)").timeZone == zone)
    }

    @Test func cleaningNeedsAResourceThatAllowsItUnattended() {
        for clean in ["'@daily'", "{cron: '@daily'}"] {
            #expect(
                mistakes(Self.text("schedules:\n  clean: \(clean)", unattended: false)) == [
                    "5:5: 'clean' is scheduled, and no resource has 'unattended: true' in its 'safety': "
                        + "nothing would ever be cleaned"
                ])
        }
        #expect(mistakes(Self.text("schedules:\n  clean: off", unattended: false)) == [])
    }

    @Test func windowsThatCoverAWeekAreAMistake() {
        #expect(
            mistakes(Self.text("schedules:\n  scan: {blackout: ['Mon-Fri', 'Sat-Sun']}")) == [
                "5:22: 'blackout' covers the whole week: 'scan' would never begin"
            ])
    }

    @Test(arguments: [
        ("data", "'state' is the root of the store: name a directory for tokens and history"),
        ("./data/x/..", "'state' is the root of the store: name a directory for tokens and history"),
        (".", "the store lies inside 'state', which nobody else could read then: name a directory of its own"),
        ("data/.foundling/serve", "'state' lies in the quarantine, which holds what was moved aside only"),
        ("data/things", "'state' lies where 'things/*' has its entries: name a directory that no resource has"),
        ("data/things/a", "'state' lies where 'things/*' has its entries: name a directory that no resource has"),
        ("data/things/a/b", "'state' lies where 'things/*' has its entries: name a directory that no resource has"),
    ])
    func theStateLiesWhereNothingElseDoes(path: String, reason: String) {
        #expect(mistakes(Self.text("state: \(path)")) == ["4:10: \(reason)"])
    }

    @Test(arguments: ["data/thing", "data/.serve", "/var/lib/foundling", "data-2", "data/other/things/a"])
    func elsewhereItMayLie(path: String) {
        #expect(mistakes(Self.text("state: \(path)")) == [])
    }

    @Test func theUsualStateBesideTheManifestMayBeAMistakeToo() {
        let text =
            "database: { url: 'sqlite:/a/app.db' }\nstore: { root: . }\nserve:\n  listen: 80\nresources:\n"
            + "  things: { entries: '*', records: [{ table: things, claims: ['{path}'] }] }\n"
        #expect(
            mistakes(text) == [
                "4:3: 'state' lies where '*' has its entries: name a directory that no resource has"
            ])
    }

    @Test func aWebhookWhoseAddressIsNotThereIsLeftOut() throws {
        let hooks = "webhooks:\n  - {url: '${URL}', secret: '${SECRET}'}\n  - {url: '${URL:-}'}\n  - {url: https://b}"
        #expect(try Self.settings(hooks).webhooks == [Webhook(url: "https://b")])
        // With an address, a secret that is missing would leave messages unsigned.
        #expect(
            mistakes(Self.text(hooks), ["URL": "https://a"]) == [
                "5:32: the environment variable SECRET is not set; set it, or write ${SECRET:-default}"
            ])
        #expect(
            mistakes(Self.text(hooks), ["URL": "https://a", "SECRET": ""]) == [
                "5:31: 'secret' is empty once its variables are filled in: messages would not be signed"
            ])
    }

    @Test(arguments: [
        ("http://example.org/x", true), ("http://10.0.0.1/x", true), ("HTTP://127.evil.example", true),
        ("http://127.0.0.1@evil.example/x", true), ("http://localhost.evil.example", true),
        ("https://example.org/x", false), ("http://127.0.0.1/x", false), ("http://localhost:8080", false),
        ("http://[::1]:8080/x", false), ("http://user:pw@127.0.0.2/x", false),
    ])
    func plainHttpToAnotherMachineIsWarnedOf(url: String, isWarned: Bool) throws {
        let warnings = try parse(Self.text("webhooks: [{url: '\(url)'}]")).warnings
        #expect(
            warnings.map(\.description)
                == (isWarned
                    ? [
                        "foundling.yaml:4:20: 'url' of a webhook is plain http to another machine: whoever is on the "
                            + "way can read what is told, and the URL"
                    ] : []))
    }

    @Test(arguments: [
        ("hunter2", "it begins with neither https:// nor http://"),
        ("//h/x", "it begins with neither https:// nor http://"),
        ("https://", "its host is none"), ("https:///x", "its host is none"), ("https://[]/x", "its host is none"),
        ("https://h:0/x", "its port is none"), ("https://h:99999/x", "its port is none"),
        ("https://h/a b", "it holds a space, a line end or a letter that a URL has to write as %XX"),
        ("https://h/a\\r\\nX: y", "it holds a space, a line end or a letter that a URL has to write as %XX"),
        ("https://h/é", "it holds a space, a line end or a letter that a URL has to write as %XX"),
    ])
    func anythingElseIsNoURLOfAWebhook(url: String, reason: String) {
        #expect(mistakes(Self.text("webhooks: [{url: \"\(url)\"}]")) == ["4:20: 'url' of a webhook: \(reason)"])
    }

    @Test(arguments: [
        "webhooks: [{url: 'https://h/hunter2', x: y}]", "webhooks: 'https://h/hunter2'",
        "webhooks: [['https://hunter2/x']]",
        "webhooks: [{url: 'https:/h/hunter2'}]", "webhooks: [{url: 'https://hunter2 /x'}]",
        "webhooks: [{url: 'https://hunter2:x/'}]", "webhooks: [{url: '${S}'}]", "webhooks: [{url: 'x${S}'}]",
        "webhooks: [{url: https://h, secret: ['hunter2']}]",
        "webhooks: [{url: https://h, format: 'https://h/hunter2'}]",
        "webhooks: [{url: https://h, events: ['https://h/hunter2']}]", "webhooks: [{https://h/hunter2: x}]",
        "listen: '${S}'", "listen: \"unix:${S}\\0\"", "hosts: ['${S} ']", "hosts: 'https://h/hunter2'",
        "listen: 'https://h/hunter2:1'", "schedules: {scan: 'https://h/hunter2'}",
        "schedules: {scan: '* * * * https://h/hunter2'}", "schedules: {scan: {blackout: 'https://h/hunter2'}}",
        "time_zone: 'https://h/hunter2'", "state: 'data/things/${S}'",
    ])
    func noMessageRepeatsASecret(serve: String) {
        let found = mistakes(Self.text(serve), ["S": "hunter2"])
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("hunter2"), "\(found)")
    }
}
