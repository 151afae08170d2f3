import FoundlingCore
import FoundlingHistory
import Testing

/// What is known from one scan to the next.
@Suite struct FindingsOverTimeTests {
    private let day = StateWorld.day

    @Test func whatWasThereBeforeKeepsItsFirstDay() throws {
        let state = try StateWorld()
        let one = try state.write("1", [try row("a/x"), try row("a/y", kind: .young)])
        let two = try state.write("2", day: 7, [try row("a/x"), try row("a/y"), try row("a/z")], after: one)
        let three = try state.write("3", day: 14, [try row("a/z"), try row("a/x")], after: two)
        let items = try three.all(FindingsQuery(sort: .firstSeen, order: .ascending))
        #expect(items.map(\.json) == ["a/x", "a/z"])
        #expect(items.map { ($0.firstSeen - StateWorld.monday) / day } == [0, 7])
        #expect(items.allSatisfy { $0.lastSeen == three.time })
        // What was young before was no orphan.
        let path = try #require(StorePath("a/y"))
        #expect(try two.finding(path: path)?.firstSeen == two.time)
    }

    @Test func aClockThatWasSetBackMakesNothingSeenInTheFuture() throws {
        let state = try StateWorld()
        let one = try state.write("1", day: 100, [try row("a/x"), try row("a/y")])
        let two = try state.write("2", day: 0, [try row("a/x")], after: one)
        #expect(try two.all(FindingsQuery()).map(\.firstSeen) == [two.time])
        #expect(try two.gone().items.map(\.lastSeen) == [one.time])
    }

    @Test func orphansThatAreGoneAreRememberedForNinetyDays() throws {
        let state = try StateWorld()
        var file = try state.write("1", [try row("a/x", size: 5), try row("a/k"), try row("a/y", kind: .young)])
        file = try state.write("2", day: 7, [try row("a/k"), try row("b", size: nil)], after: file)
        let gone = try file.gone().items
        #expect(gone.map(\.path.description) == ["a/x"] && gone.first?.bytes == 5)
        #expect(gone.first?.firstSeen == StateWorld.monday && gone.first?.lastSeen == StateWorld.monday)
        // One is pinned now, and so no orphan; it is gone last and so first.
        file = try state.write("3", day: 90, [try row("a/k", kind: .pinned)], after: file)
        #expect(try file.gone().items.map(\.path.description) == ["a/k", "b", "a/x"])
        #expect(try file.gone().items.map { ($0.lastSeen - StateWorld.monday) / day } == [7, 7, 0])
        #expect(try file.gone().items[1].bytes == nil)
        // Day 91: the first is forgotten; and one is back.
        file = try state.write("4", day: 91, [try row("b")], after: file)
        #expect(try file.gone().items.map(\.path.description) == ["a/k"])
    }

    @Test func ofMoreThanAreRememberedTheLargestStay() throws {
        let state = try StateWorld()
        let count = 100_003
        let one = try state.write("1", try (0..<count).map { try row("a/\($0)", size: UInt64($0)) })
        let two = try state.write("2", day: 1, [try row("b")], after: one)
        let three = try state.write("3", day: 2, [], after: two)
        var (seen, cursor) = ([GoneOrphan](), String?.none)
        repeat {
            let page = try three.gone(limit: 1000, cursor: cursor)
            seen += page.items
            cursor = page.next
        } while cursor != nil
        #expect(seen.count == 100_000)
        #expect(seen.first?.path.description == "b")
        #expect(seen.dropFirst().map(\.bytes) == (4..<count).reversed().map { UInt64($0) })
        #expect(throws: FoundlingError.self) { try one.gone(cursor: three.gone(limit: 1).next) }
    }

    @Test func groupsAddUpByResourceCauseAndAge() throws {
        let state = try StateWorld()
        let now = StateWorld.monday
        let file = try state.write(
            "1",
            [
                try row("a", resource: "sets", cause: .deleted, size: 10, freed: 4, newest: now - 2 * day),
                try row("b", resource: "sets", size: 20, newest: now - 400 * day),
                try row("c", size: 50, newest: now + day),
                try row("d", resource: nil, size: nil),
                try row("e", kind: .young, size: 1, newest: now),
            ])
        func told(_ groups: [FindingGroup]) -> [String] {
            groups.map { "\($0.name) \($0.count) \($0.bytes) \($0.freed)" }
        }
        #expect(told(file.groups(by: .resource)) == ["items 1 50 50", "sets 2 30 24", " 1 0 0"])
        #expect(told(file.groups(by: .cause)) == ["unknown 3 70 70", "deleted 1 10 4"])
        #expect(
            told(file.groups(by: .age)) == ["under_1d 1 50 50", "under_7d 1 10 4", "over_1y 1 20 20", "unknown 1 0 0"])
        #expect(
            told(file.groups(by: .resource, kinds: [.young, .orphan])) == ["items 2 51 51", "sets 2 30 24", " 1 0 0"])
        #expect(file.count(of: .orphan) == 4 && file.count(of: .young) == 1 && file.count(of: .pinned) == 0)
        #expect(try file.largest(2).map(\.json) == ["c", "b"])
        #expect(try file.largest(9, resource: "sets").map(\.json) == ["b", "a"])
    }
}

/// The tree of orphans, held against sums made the slow way.
@Suite struct FindingsTreeTests {
    @Test func everyDirectoryIsTheSumOfWhatLiesBelow() throws {
        let state = try StateWorld()
        let rows = try drawn(500, seed: 11).filter { $0.kind == .orphan }
        let file = try state.write("1", rows)
        var pending: [StorePath] = [.root]
        while let directory = pending.popLast() {
            let depth = directory.components.count
            let below = rows.filter {
                $0.path.components.count > depth
                    && $0.path.components.prefix(depth).elementsEqual(directory.components) { $0.elementsEqual($1) }
            }
            let tree = try #require(try file.tree(below: directory, limit: 1000))
            #expect(tree.count == below.count)
            #expect(tree.bytes == below.reduce(0) { $0 + ($1.bytes?.allocated ?? 0) })
            #expect(tree.nodes.reduce(0) { $0 + $1.bytes } == tree.bytes && tree.restBytes == 0 && tree.restCount == 0)
            #expect(tree.nodes.map(\.bytes) == tree.nodes.map(\.bytes).sorted(by: >))
            let few = try #require(try file.tree(below: directory, limit: 2))
            #expect(few.nodes == Array(tree.nodes.prefix(2)))
            #expect(few.restBytes == tree.nodes.dropFirst(2).reduce(0) { $0 + $1.bytes })
            #expect(few.restCount == tree.nodes.dropFirst(2).reduce(0) { $0 + $1.count })
            for node in tree.nodes {
                #expect(node.path == directory.appending(node.name))
                if node.isEntry { #expect(below.contains { $0.path == node.path }) } else { pending.append(node.path) }
            }
        }
        #expect(try file.tree(below: StorePath("nowhere")) == nil)
        #expect(try file.tree(below: StorePath("a/b"))?.nodes.contains { !$0.isEntry } == true)
    }

    @Test func aStoreWithoutOrphansIsAnEmptyTree() throws {
        let state = try StateWorld()
        let tree = try #require(try state.write("1", [try row("a/x", kind: .young)]).tree())
        #expect(tree.count == 0 && tree.bytes == 0 && tree.nodes.isEmpty)
    }

    @Test func aDirectoryOfMoreThanAThousandKeepsTheLargestAndOneSum() throws {
        let state = try StateWorld()
        let file = try state.write("1", try (0..<3000).map { try row("a/\($0)", size: UInt64($0)) })
        let tree = try #require(try file.tree(below: StorePath("a"), limit: .max))
        #expect(tree.nodes.map(\.bytes) == (2000..<3000).reversed().map { UInt64($0) })
        #expect(tree.restCount == 2000 && tree.restBytes == (0..<2000).reduce(0) { $0 + UInt64($1) })
    }
}
