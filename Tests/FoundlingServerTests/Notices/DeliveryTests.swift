import Foundation
import FoundlingCore
import FoundlingServer
import FoundlingTesting
import Testing

/// What is done where a receiver does not take a message at once.
@Suite struct DeliveryTests {
    private let second: Int64 = 1_000_000_000

    /// One message on its way to one receiver, tried once.
    private func tried(
        _ reply: Receiver.Reply, timeout: Double = 10
    ) async throws -> (world: NoticeWorld, receiver: Receiver, notifier: Notifier) {
        let (world, receiver) = (try NoticeWorld(), try Receiver([reply]))
        let notifier = try world.notifier([Webhook(url: receiver.url, secret: "shh")], timeout: timeout)
        notifier.post([world.notice()], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(world.log.allSatisfy { !$0.contains("s3cr3t") && !$0.contains("shh") && !$0.contains("hook/") })
        return (world, receiver, notifier)
    }

    @Test func aFailureIsTriedAgainAfterHalfAMinuteWithTheSameMessage() async throws {
        let (world, receiver, notifier) = try await tried(.status(500))
        #expect(world.log.contains { $0.contains("webhook 1 (127.0.0.1): HTTP 500; tried again") })
        let due = try #require(notifier.nextDue)
        #expect((30...60).contains((due - world.start) / second))
        await notifier.deliverDue(now: due - 1)
        #expect(receiver.requests.count == 1)
        await notifier.deliverDue(now: due)
        #expect(receiver.requests.count == 2)
        #expect(Set(receiver.requests.map(\.body)).count == 1)
        #expect(Set(receiver.requests.map(\.id)).count == 1)
        #expect(notifier.nextDue == nil)
        #expect(world.log.contains { $0.contains("takes messages again") })
    }

    @Test(arguments: [
        (200, true, false), (204, true, false), (299, true, false), (400, false, true), (401, false, true),
        (404, false, true), (410, false, true), (408, false, false), (425, false, false), (429, false, false),
        (500, false, false), (503, false, false), (304, false, false),
    ])
    func eachStatusHasOneMeaning(_ status: Int, _ isDelivered: Bool, _ isDropped: Bool) async throws {
        let (world, receiver, notifier) = try await tried(.status(status))
        #expect(receiver.requests.count == 1)
        #expect(notifier.pending == (isDelivered || isDropped ? 0 : 1))
        #expect(world.log.contains { $0.contains("dropped: HTTP \(status)") } == isDropped)
        #expect(world.log.isEmpty == isDelivered)
    }

    @Test(arguments: [
        ("120", 120...120), ("5", 30...60), ("999999", 3_600...3_600), ("soon", 30...60), ("-9", 30...60),
        ("Fri, 15 Jan 2027 08:10:00 GMT", 600...600), ("Fri, 15 Jan 2027 07:00:00 GMT", 30...60),
    ])
    func aReceiverMaySayWhenWithinAnHour(_ value: String, _ seconds: ClosedRange<Int64>) async throws {
        let (world, _, notifier) = try await tried(.status(429, ["Retry-After": value]))
        let due = try #require(notifier.nextDue)
        #expect(seconds.contains((due - world.start) / second))
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let elsewhere = try Receiver()
        for status in [301, 302, 303, 307, 308] {
            let (world, receiver, notifier) = try await tried(.status(status, ["Location": elsewhere.url]))
            #expect(receiver.requests.count == 1)
            #expect(notifier.pending == 1)
            #expect(world.log.contains { $0.contains("HTTP \(status), a redirect, which is not followed") })
        }
        #expect(elsewhere.requests.isEmpty)
    }

    @Test func aReceiverThatNeverAnswersIsGivenUpAndTriedLater() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver([.hang]))
        let webhooks = [Webhook(url: receiver.url)]
        var due: Int64?
        do {
            let notifier = try world.notifier(webhooks, timeout: 2)
            notifier.post([world.notice()], now: world.start)
            await notifier.deliverDue(now: world.start)
            #expect(notifier.pending == 1)
            due = notifier.nextDue
        }
        #expect(receiver.requests.count == 1)
        #expect(world.log.contains { $0.contains("no answer") })
        let notifier = try world.notifier(webhooks)
        await notifier.deliverDue(now: try #require(due))
        #expect(notifier.pending == 0)
        #expect(receiver.requests.count == 2)
    }

    @Test func aReceiverThatHangsUpIsTriedLater() async throws {
        let (world, _, notifier) = try await tried(.close)
        #expect(notifier.pending == 1)
        #expect(world.log.count == 1)
    }

    @Test(arguments: [(10, 2.0), (200_000, 60.0)])
    func aBodyThatNeverEndsIsNoMatterOnceThereIsAStatus(_ bytes: Int, _ timeout: Double) async throws {
        let (world, receiver, notifier) = try await tried(.endless(200, bytes: bytes), timeout: timeout)
        #expect(receiver.requests.count == 1)
        #expect(notifier.pending == 0)
        #expect(world.log.isEmpty)
    }

    @Test func aDeadWebhookCostsTheOtherNothing() async throws {
        let (world, dead, alive) = (try NoticeWorld(), try Receiver(), try Receiver())
        dead.stop()
        let notifier = try world.notifier([Webhook(url: dead.url), Webhook(url: alive.url)])
        for minute in 0..<5 {
            let time = world.start + Int64(minute) * 60 * second
            notifier.post((0...minute).map { world.notice("k\($0)") }, now: time)
            await notifier.deliverDue(now: time)
            #expect(alive.requests.count == minute + 1)
        }
        #expect(notifier.pending == 5)
        #expect(world.log.filter { $0.contains("webhook 1") }.count == 1)
        #expect(!world.log.contains { $0.contains("webhook 2") })
    }

    @Test func messagesArriveInTheOrderInWhichThingsHappened() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver([.status(503)]))
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        notifier.post([world.notice("a")], now: world.start)
        await notifier.deliverDue(now: world.start)
        notifier.post([], now: world.start + 1)
        notifier.post([world.notice("a")], now: world.start + 2)
        await notifier.deliverDue(now: world.start + 2)
        #expect(receiver.requests.count == 1)
        await notifier.deliverDue(now: world.start + 60 * second)
        #expect(receiver.requests.map(\.state) == ["firing", "firing", "resolved", "firing"])
    }

    @Test func waitsGrowToAnHourAndAfterADayItIsDropped() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver(Array(repeating: .status(500), count: 200)))
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        notifier.post([world.notice()], now: world.start)
        var (time, waits) = (world.start, [Int64]())
        while notifier.pending > 0 {
            await notifier.deliverDue(now: time)
            guard let due = notifier.nextDue else { break }
            waits.append((due - time) / second)
            time = due
        }
        #expect(time - world.start >= day - hour && time - world.start < day + hour)
        #expect(zip(waits, waits.dropFirst()).prefix(6).allSatisfy { $0.0 <= $0.1 })
        #expect(waits.dropFirst(8).allSatisfy { $0 == 3_600 })
        #expect((24...40).contains(receiver.requests.count))
        #expect(world.log.filter { $0.contains("1 message dropped after a day of trying: HTTP 500") }.count == 1)
    }

    @Test func noMoreThanAThousandWait() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        notifier.post((0..<1_010).map { world.notice(String($0 + 1_000)) }, now: world.start)
        #expect(notifier.pending == 1_000)
        #expect(world.log.contains { $0.contains("the oldest 10 were dropped") })
        await notifier.deliverDue(now: world.start)
        #expect(receiver.requests.first?.json["key"] as? String == "1010")
    }

    @Test func aClockThatIsSetBackSilencesNobody() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver([.status(500)]))
        let notifier = try world.notifier([Webhook(url: receiver.url)])
        notifier.post([world.notice()], now: world.start + 400 * day)
        await notifier.deliverDue(now: world.start + 400 * day)
        notifier.post([world.notice()], now: world.start)
        await notifier.deliverDue(now: world.start + hour)
        #expect(receiver.requests.count == 2)
        notifier.post([world.notice()], now: world.start + day)
        await notifier.deliverDue(now: world.start + day)
        #expect(receiver.requests.count == 3)
    }

    @Test func whatIsNoWebURLIsDroppedAndNotShown() async throws {
        let world = try NoticeWorld()
        let notifier = try world.notifier([Webhook(url: "file:///etc/s3cr3t"), Webhook(url: "nonsense s3cr3t")])
        notifier.post([world.notice()], now: world.start)
        await notifier.deliverDue(now: world.start)
        #expect(notifier.pending == 0)
        #expect(world.log.count == 2)
        #expect(world.log.allSatisfy { !$0.contains("s3cr3t") })
    }
}
