import Foundation
import FoundlingCore
import FoundlingServer
import FoundlingTesting
import Testing

/// What a receiver is told, and how often.
@Suite struct NotifierTests {
    @Test func whatIsTrueIsToldOnceAndAgainAfterADay() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        let start = world.start
        for (time, told) in [
            (start, 1), (start + hour, 1), (start + day - 1, 1), (start + day, 2), (start + day + 1, 2),
        ] {
            notifier.post([world.notice()], now: time)
            await notifier.deliverDue(now: time)
            #expect(receiver.requests.count == told, "\((time - start) / hour) h")
        }
        #expect(Set(receiver.requests.compactMap(\.id)).count == 2)
    }

    @Test func whatGetsWorseIsToldAtOnceAndWhatGetsBetterIsNot() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        for (minute, severity) in [3, 2, 3, 4, 4].enumerated() {
            let time = world.start + Int64(minute) * 60_000_000_000
            notifier.post([world.notice(severity: severity, summary: "\(minute)")], now: time)
            await notifier.deliverDue(now: time)
        }
        #expect(receiver.requests.map(\.summary) == ["0", "3"])
    }

    @Test func whatEndsIsToldOnceAndWhatComesBackIsNew() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        for (minute, notices) in [[world.notice()], [], [], [world.notice()]].enumerated() {
            let time = world.start + Int64(minute) * 60_000_000_000
            notifier.post(notices, now: time)
            await notifier.deliverDue(now: time)
        }
        #expect(receiver.requests.map(\.state) == ["firing", "resolved", "firing"])
        let resolved = try #require(receiver.requests.first { $0.state == "resolved" })
        #expect(resolved.summary == "trainings has many orphans")
        #expect(resolved.json["at"] as? String == "2027-01-15T08:01:00Z")
    }

    @Test func anotherKeyOrKindIsAnotherThing() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        let notices = [world.notice("a"), world.notice("b"), world.notice("a", kind: .jobFailed)]
        notifier.post(notices + notices, now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(receiver.requests.count == 3)
    }

    @Test func whoSpeaksForSomeKindsEndsNothingOfTheOthers() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        notifier.post([world.notice(), world.notice(kind: .jobFailed)], now: world.start)
        notifier.post([], of: [.jobFailed], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(
            receiver.requests.filter { $0.state == "resolved" }.map { $0.json["kind"] as? String } == ["job-failed"])
    }

    @Test func aWebhookHearsOnlyOfTheEventsItNames() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url, events: [.jobFailed])])
        notifier.post([world.notice(), world.notice(kind: .jobFailed)], now: world.start)
        notifier.post([], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(receiver.requests.map { $0.json["kind"] as? String } == ["job-failed", "job-failed"])
    }

    @Test func oneURLTwiceIsToldWhatEachAsksFor() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let webhooks = [[NoticeKind.jobFailed], [.purgeDue]].map { Webhook(url: receiver.url, events: Set($0)) }
        let notifier = try world.notifier(webhooks)
        notifier.post([world.notice(kind: .jobFailed), world.notice(kind: .purgeDue)], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(Set(receiver.requests.map { $0.json["kind"] as? String }) == ["job-failed", "purge-due"])
    }

    @Test func aRestartNeitherRepeatsNorLosesAnything() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver([.status(204), .status(500)]))
        let webhooks = [Webhook(url: receiver.url, secret: "shh")]
        do {
            let notifier = try world.notifier(webhooks)
            notifier.post([world.notice("a"), world.notice("b")], now: world.start)
            await notifier.deliverDue(now: world.start)
            #expect(notifier.pending == 1)
        }
        let notifier = try world.notifier(webhooks)
        notifier.post([world.notice("a"), world.notice("b")], now: world.start + hour)
        await notifier.deliverDue(now: world.start + hour)
        #expect(receiver.requests.map { $0.json["key"] as? String } == ["a", "b", "b"])
        #expect(Set(receiver.requests.dropFirst().compactMap(\.id)).count == 1)
        #expect(notifier.pending == 0)
        let text = try world.world.text(world.file)
        #expect(!text.contains("s3cr3t") && !text.contains("shh"))
        #expect(world.world.mode(world.file) == 0o600)
    }

    @Test func aDamagedFileIsKeptAndTheWorkGoesOn() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        do { try world.notifier([Webhook(url: receiver.url)]).post([world.notice()], now: world.start) }
        try world.world.write("{\"version\":1,\"mailbox", world.file)
        chmod(world.file, 0o600)
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        notifier.post([world.notice()], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(receiver.requests.count == 1)
        #expect(world.log.contains { $0.contains("notices.json.damaged") })
        #expect(try world.world.text(world.file + ".damaged").hasSuffix("mailbox"))
    }

    @Test func aFileOfANewerFoundlingAndASecondDaemonAreRefused() throws {
        let world = try NoticeWorld()
        do {
            let first = try world.notifier([])
            #expect(code { _ = try world.notifier([]) } == .stateUnusable)
            first.post([], now: world.start)
        }
        try world.world.write("{\"version\":2}", world.file)
        chmod(world.file, 0o600)
        #expect(code { _ = try world.notifier([]) } == .stateUnusable)
        #expect(try world.world.text(world.file) == "{\"version\":2}")
    }

    @Test func whereNothingCanBeWrittenMessagesStillGoOut() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        // A directory in the place of the temporary file: as little can be written as on a full disk.
        try FileManager.default.createDirectory(atPath: world.file + ".new/x", withIntermediateDirectories: true)
        notifier.post([world.notice()], now: world.start)
        await notifier.deliverDue(now: world.start)
        notifier.post([world.notice()], now: world.start + 1)
        await notifier.deliverDue(now: world.start + 1)
        #expect(receiver.requests.count == 1)
        #expect(world.log.filter { $0.contains("from memory") }.count == 1)
    }

    @Test func aNewWebhookHearsWhatIsTrueAndOneThatIsGoneKeepsNothing() async throws {
        let (world, old, new) = (try NoticeWorld(), try Receiver(), try Receiver())
        let notifier = try world.notifier([Webhook(url: old.url)])
        notifier.post([world.notice()], now: world.start)
        notifier.reconfigure([Webhook(url: new.url)])
        notifier.post([world.notice()], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(old.requests.isEmpty)
        #expect(new.requests.count == 1)
        #expect(world.log.contains { $0.contains("1 message dropped: the webhook is no longer configured") })
    }

    @Test func theLoopDeliversWhatIsPostedWhileItWaitsAndEndsWhenCancelled() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        let start = world.start
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await notifier.run { start } }
            for number in 1...3 {
                notifier.post((1...number).map { world.notice("k\($0)") }, now: start)
                while receiver.requests.count < number || notifier.pending > 0 { await Task.yield() }
            }
            group.cancelAll()
        }
        #expect(receiver.requests.count == 3)
    }
}
