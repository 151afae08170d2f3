import FoundlingCore
import Testing

@testable import FoundlingManifest

/// Two patterns meet exactly when some name matches both.
@Suite struct GlobIntersectionTests {
    @Test(arguments: [
        ("*", "*", true), ("a*", "*b", true), ("a*", "b*", false), ("*a", "*b", false), ("?", "ab", false),
        ("??", "a*", true), ("[ab]", "[bc]", true), ("[ab]", "[cd]", false), ("[!a]", "a", false),
        ("[!a]*", "b*", true),
        ("[]]", "]", true), ("[^]]", "]", false), ("[a", "[a", true), ("[a", "a", false), ("a*c", "a*b", false),
        ("a*b*c", "*b", false), ("*b*", "a*", true), ("train_*", "train_????????", true), ("[0-4]*", "[5-9]*", false),
    ])
    func patternsMeet(a: String, b: String, meet: Bool) {
        let (one, other) = (GlobComponent(Array(a.utf8)), GlobComponent(Array(b.utf8)))
        #expect(GlobIntersection.mayMeet(one, other) == meet)
        #expect(GlobIntersection.mayMeet(other, one) == meet)
    }

    /// Every pattern of up to three elements against every other, and every name of up to four letters as the judge.
    @Test func theAnswerIsThatOfTryingEveryName() {
        func words(_ letters: [String], upTo length: Int) -> [String] {
            var all: [String] = []
            var last = [""]
            for _ in 0..<length {
                last = last.flatMap { word in letters.map { word + $0 } }
                all += last
            }
            return all
        }
        let patterns = words(["a", "*", "?", "[!a]"], upTo: 3).map { GlobComponent(Array($0.utf8)) }
        let names = words(["a", "b"], upTo: 6).map { Array($0.utf8) } + [[]]
        let taken = patterns.map { pattern in Set(names.indices.filter { pattern.matches(names[$0]) }) }
        for (i, a) in patterns.enumerated() {
            for (j, b) in patterns.enumerated()
            where GlobIntersection.mayMeet(a, b) == taken[i].isDisjoint(with: taken[j]) {
                Issue.record(
                    "\(String(decoding: a.bytes, as: UTF8.self)) and \(String(decoding: b.bytes, as: UTF8.self))")
            }
        }
    }
}
