import Foundation
import FoundlingCore
import FoundlingServer
import FoundlingTesting
import Testing

/// What a message looks like to whoever receives it.
@Suite struct MessageTests {
    private func sent(_ webhook: (String) -> Webhook, _ notice: (NoticeWorld) -> Notice) async throws
        -> Receiver.Request
    {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let notifier = try world.notifier([webhook(receiver.url)])
        notifier.post([notice(world)], now: world.start)
        await notifier.deliverDue(now: world.start)
        return try #require(receiver.requests.first)
    }

    @Test func jsonHasTheFieldsOfTheGuide() async throws {
        let request = try await sent({ Webhook(url: $0) }, { $0.notice() })
        #expect(request.line == "POST /hook/s3cr3t?key=s3cr3t HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["user-agent"] == "Foundling/9.9")
        #expect(request.headers["foundling-signature"] == nil)
        #expect(request.json["id"] as? String == request.id)
        #expect(
            request.json.keys.sorted() == [
                "at", "details", "figures", "hint", "id", "key", "kind", "state", "store", "summary", "version",
            ])
        #expect(request.json["version"] as? Int == 1)
        #expect(request.json["kind"] as? String == "orphans-over-limit")
        #expect(request.json["state"] as? String == "firing")
        #expect(request.json["store"] as? String == "/srv/data")
        #expect(request.json["at"] as? String == "2027-01-15T08:00:00Z")
        #expect((request.json["figures"] as? [String: Int])?["orphan_bytes"] == 10 << 30)
    }

    @Test func aSignatureIsWhatOpenSSLMakesOfTheTimeAndTheBody() async throws {
        let request = try await sent({ Webhook(url: $0, secret: "a secret, ünïcode") }, { $0.notice() })
        let signature = try #require(request.headers["foundling-signature"])
        let parts = try #require(signature.wholeMatch(of: #/t=(\d+),v1=([0-9a-f]{64})/#))
        #expect(parts.1 == "1800000000")
        let body = NSTemporaryDirectory() + "/body-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: body) }
        try Data(Array("\(parts.1).".utf8) + request.body).write(to: URL(fileURLWithPath: body))
        let run = try Program.execute("/usr/bin/openssl", ["dgst", "-sha256", "-hmac", "a secret, ünïcode", body])
        #expect(run.output.split(separator: " ").last.map { $0.dropLast() } == parts.2)
    }

    @Test func slackCanActOnNothingThatANameSays() async throws {
        let evil = "<!channel> & <https://evil|click> *bold* \u{1B}[2J \\x1B"
        let request = try await sent(
            { Webhook(url: $0, format: .slack) },
            { world in
                var notice = world.notice(summary: evil)
                notice.details = Array(repeating: String(repeating: "&", count: 400), count: 30)
                return notice
            })
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(!body.contains("<") && !body.contains(">") && !body.contains("mrkdwn"))
        #expect(request.json.keys.sorted() == ["blocks", "text"])
        let safe = "&lt;!channel&gt; &amp; &lt;https://evil|click&gt; *bold* \\x1B[2J \\x1B"
        #expect(request.json["text"] as? String == "Many orphans: " + safe)
        let blocks = try #require(request.json["blocks"] as? [[String: Any]])
        #expect(
            blocks.map { $0["type"] as? String } == ["header", "section", "section", "section", "section", "context"])
        let texts = blocks.compactMap { ($0["text"] as? [String: Any])?["text"] as? String }
        #expect(texts.allSatisfy { $0.utf16.count <= 3_000 })
        #expect(body.contains("orphan bytes: 10G") && body.contains("orphans: 83"))
    }

    @Test func whatIsLongIsCut() {
        let notice = Notice(
            kind: .jobFailed, key: "scan", summary: String(repeating: "é", count: 5_000),
            details: (0..<100).map { "line \($0)" }, at: 0)
        #expect(notice.summary.count == 500)
        #expect(notice.details.count == 21)
        #expect(notice.details.last == "… and 80 more")
    }

    @Test func amountsAreWorseWhenTheyHaveDoubled() {
        #expect(Notice.doublings(-5) == 0)
        #expect(Notice.doublings(1_000) == Notice.doublings(1_023))
        #expect(Notice.doublings(1_000) + 1 == Notice.doublings(2_000))
    }
}

/// What docs/guides/notifications.md promises, held against what is sent.
@Suite struct NotificationGuideTests {
    private static let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../docs/guides/notifications.md")

    private func block(_ language: String) throws -> String {
        let guide = try String(contentsOf: Self.guide, encoding: .utf8)
        let blocks = guide.components(separatedBy: "```\(language)\n")
        #expect(blocks.count == 2)
        return blocks[1].components(separatedBy: "```")[0]
    }

    @Test func everyKindIsInTheGuide() throws {
        let guide = try String(contentsOf: Self.guide, encoding: .utf8)
        for kind in NoticeKind.allCases { #expect(guide.contains("| `\(kind.rawValue)`"), "\(kind)") }
    }

    @Test func theScriptsOfTheGuideAcceptWhatIsSentAndNothingElse() async throws {
        let (world, receiver) = (try NoticeWorld(), try Receiver())
        let now = Int64(time(nil)) * 1_000_000_000
        let notifier = try world.notifier([Webhook(url: receiver.url, secret: "shh")])
        notifier.post([world.notice()], now: now)
        await notifier.deliverDue(now: now)
        let request = try #require(receiver.requests.first)
        let header = try #require(request.headers["foundling-signature"])
        try Data(request.body).write(to: URL(fileURLWithPath: world.world.directory + "/body"))
        let shell = try Program.execute(
            "/bin/sh", ["-c", try block("sh")], in: world.world.directory,
            environment: ["header": header, "SECRET": "shh"])
        #expect(header.hasSuffix("v1=" + shell.output.trimmingCharacters(in: .whitespacesAndNewlines)))
        // As if it was checked at once: on a busy machine minutes may have passed.
        let python = """
            import time
            time.time = lambda: \(now / 1_000_000_000 + 1)
            \(try block("python"))
            import sys
            body = open("body", "rb").read()
            header = sys.argv[1]
            old = header.replace("t=", "t=1", 1)
            print(is_genuine("shh", header, body), is_genuine("shh", header, body + b" "),
                  is_genuine("sh", header, body), is_genuine("shh", old, body), is_genuine("shh", "nonsense", body))
            """
        let run = try Program.execute("/usr/bin/python3", ["-c", python, header], in: world.world.directory)
        #expect(run.output == "True False False False False\n", "\(run.errors)")
    }
}
