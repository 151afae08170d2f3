import FoundlingCore
import Testing

@testable import FoundlingServer

/// By which names the daemon lets itself be called.
@Suite struct HostCheckTests {
    private static func check(_ hosts: [String], _ listen: ListenAddress) -> HostCheck {
        HostCheck(ServeSettings(state: "/state", hosts: hosts), listen: listen)
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:7433", true), ("127.0.0.1", true), ("127.0.0.1:1", true), ("[::1]", true),
        ("[::1]:7433", true), ("foundling.example.org", true), ("Foundling.Example.ORG:443", true),
        ("evil.example", false), ("127.0.0.1.evil.example", false), ("localhost.evil.example", false),
        ("evil.example:127.0.0.1", false), ("evil@localhost", false), ("localhost@evil.example", false), ("", false),
        (":", false), ("[::1", false), ("[::1].evil.example", true), ("::1", false), ("127.0.0.2", false),
        ("example.org", false), ("localhost ", false), ("localhost.", false),
    ])
    func onLoopbackItAnswersToItsOwnNamesOnly(_ authority: String, _ isAllowed: Bool) {
        let check = Self.check(["foundling.example.org"], .tcp(host: "127.0.0.1", port: 7_433))
        #expect(check.allows(authority) == isAllowed)
    }

    @Test func anAddressThatItListensOnIsAName() {
        let check = Self.check([], .tcp(host: "2001:db8::1", port: 1))
        #expect(check.allows("[2001:db8::1]:1"))
        #expect(Self.check([], .tcp(host: "10.0.0.5", port: 1)).allows("10.0.0.5:1"))
        #expect(!Self.check([], .tcp(host: "10.0.0.5", port: 1)).allows("10.0.0.6:1"))
    }

    @Test func aSocketAnswersToAnyNameUnlessSomeAreGiven() {
        #expect(Self.check([], .unix("/f.sock")).allows("whatever"))
        #expect(Self.check([], .unix("/f.sock")).allows(nil))
        let behindProxy = Self.check(["foundling.example.org"], .unix("/f.sock"))
        #expect(behindProxy.allows("foundling.example.org"))
        #expect(behindProxy.allows("localhost"))
        #expect(!behindProxy.allows("evil.example"))
        #expect(!behindProxy.allows(nil))
    }

    @Test func aRequestWithoutANameIsNotAnsweredOverTCP() {
        #expect(!Self.check([], .tcp(host: "127.0.0.1", port: 7_433)).allows(nil))
    }

    @Test(arguments: [
        ("http://127.0.0.1:7433", "127.0.0.1:7433", true), ("https://Foundling.example", "foundling.example", true),
        ("http://127.0.0.1:7434", "127.0.0.1:7433", false), ("http://evil.example", "127.0.0.1:7433", false),
        ("null", "127.0.0.1:7433", false), ("", "", false), ("http://", "", true), ("http://a/b", "a", false),
        ("127.0.0.1:7433", "127.0.0.1:7433", false),
    ])
    func aPageIsTheDaemonsOwnWhenItCameByTheSameName(_ origin: String, _ authority: String, _ isOwn: Bool) {
        let check = Self.check([], .tcp(host: "127.0.0.1", port: 7_433))
        #expect(check.isOwn(origin: origin, authority: authority) == isOwn)
        #expect(!check.isOwn(origin: origin, authority: nil) || origin == "")
    }
}
