import FoundlingCore
import FoundlingTesting
import Testing

/// Each row is a whole world: what lies in the store, what one resource `items/*` claims, and every verdict.
@Suite struct ReconcilerTests {
    @Test(arguments: [
        ("equal keeps", "items/a/", "items/a", "claimed items/a"),
        ("below keeps", "items/a/", "items/a/checkpoints/x.bin", "claimed items/a"),
        ("above keeps all", "items/a/ items/b", "items", "claimed items/a, claimed items/b"),
        ("the root keeps all", "items/a/ items/b", "/data", "claimed items/a, claimed items/b"),
        ("whole components", "items/1/ items/10/", "items/1", "claimed items/1, orphan items/10"),
        ("a beginning is no near miss", "items/train_a_backup", "items/train_a", "orphan items/train_a_backup"),
        ("case is near", "items/Train_A", "items/train_a", "near items/Train_A"),
        ("Unicode form is near", "items/e\u{301}", "items/\u{E9}", "near items/e\u{301}"),
        ("escapes are near", "items/a b", "items/a%20b", "near items/a b"),
        ("backslashes are near", "items/a", "items\\a", "near items/a"),
        ("trailing white space is near", "items/a", "items/a ", "near items/a"),
        ("a wrong directory's case is near", "items/a", "Items/a", "near items/a"),
        ("leading directories, outside", "items/a", "/mnt/old/items/a", "near items/a"),
        ("leading directories, other root", "items/a", "/backup/a", "near items/a"),
        ("leading directories, inside", "items/a", "old/items/a", "near items/a"),
        ("a bare name", "items/a", "a", "near items/a"),
        ("below, elsewhere", "items/a", "/mnt/old/items/a/x/y", "near items/a"),
        ("s3 with the same end", "items/a", "s3://bucket/items/a", "near items/a"),
        ("another place's claim is not near", "items/a other/b", "other/a", "orphan items/a, orphan other/b"),
        ("exact wins over near", "items/a items/A", "items/a", "near items/A, claimed items/a"),
        ("slashes and dots are normal", "items/a", ".//items/./a/", "claimed items/a"),
        ("aliases", "items/a", "/data/items/a", "claimed items/a"),
        ("file URL", "items/a b", "file:///data/items/a%20b", "claimed items/a b"),
        ("climbing out and in", "items/a", "items/../../data/items/a", "claimed items/a"),
        ("climbing out", "items/b", "../a", "orphan items/b"),
        ("nobody", "items/a", "items/zzz", "orphan items/a"),
        ("links and files are entries too", "items/l@ items/f", "items/l", "orphan items/f, claimed items/l"),
    ])
    func claimsKeepByWholeComponents(_ name: String, _ store: String, _ claim: String, _ verdicts: String) throws {
        let world = try Worldlet(store: words(store), claims: [.init(path: claim)], resources: [.items, .other])
        #expect(world.verdicts() == verdicts, "\(name)")
    }

    @Test func aPathThatMayMeanTwoEntriesKeepsBoth() throws {
        // `data` is an alias of the root, and a directory in it.
        let world = try Worldlet(
            store: ["items/a", "data/items"], claims: [.init(path: "data/items/a")],
            resources: [.items, .test("data", ["data/*"])])
        #expect(world.verdicts() == "claimed data/items, claimed items/a")
    }

    /// White space, and what folds to it, adds nothing to a folded path, and is a name all the same.
    @Test(arguments: [" ", "  ", "\t", "\u{E}", "\\", "%20", "%2F"])
    func aNameThatFoldsToNothingIsKeptByItsClaim(_ name: String) throws {
        let store = ["items/\(name)", "items/b", "shards/\(name)/\(name)", "shards/\(name)/b"]
        let world = try Worldlet(
            store: store, claims: [.init(path: store[0]), .init(path: store[2] + "/x")],
            resources: FlatOracle.resources)
        let orphans = world.judgement.candidates.map { world.reconciler.listing.path(of: $0).bytes }
        #expect(Set(orphans) == [Array(store[1].utf8), Array(store[3].utf8)])
        #expect(world.judgement.nearMisses.isEmpty)
        let elsewhere = try Worldlet(
            store: store, claims: [.init(path: "/mnt/old/" + store[0]), .init(path: "/mnt/old/" + store[2])],
            resources: FlatOracle.resources)
        #expect(elsewhere.judgement.candidates.count == 2, "\(elsewhere.verdicts())")
    }

    @Test(arguments: ["file:x", "file:%00", "file:a%20b", "file:"]) func aNameThatLooksLikeAURLIsKeptByItsClaim(
        _ name: String
    ) throws {
        let world = try Worldlet(
            store: [name, "b"], claims: [.init(path: name + "/x")], resources: [.test("top", ["*"])])
        #expect(world.verdicts() == "orphan b, claimed \(name)")
    }

    @Test func aURLOfAFileThatIsGoneIsNoNearMissElsewhere() throws {
        let world = try Worldlet(
            store: ["items/a", "other/zzz"], claims: [.init(path: "file:///data/items/zzz")],
            resources: [.items, .other])
        #expect(world.verdicts() == "orphan items/a, orphan other/zzz")
    }

    @Test func aLinkAtTheRootLeadsFromThere() throws {
        let world = try Worldlet(
            store: ["current@", "items/a", "items/b"], claims: [.init(path: "current")],
            resources: [.items, .test("top", ["current"])])
        world.reconciler.followLivingLinks { _ in Array("items/a".utf8) }
        let orphans = world.reconciler.judge().candidates.map { world.reconciler.listing.path(of: $0) }
        #expect(orphans == [StorePath("items/b")])
    }

    @Test func anyOneClaimOfAnyResourceKeeps() throws {
        let world = try Worldlet(
            store: ["items/a", "items/b"], claims: [.init(path: "items/zzz"), .init(resource: 1, path: "items/a")],
            resources: [.items, .other])
        #expect(world.verdicts() == "claimed items/a, orphan items/b")
    }

    @Test func releasedRowsOwnNothingAndAreEvidence() throws {
        let world = try Worldlet(
            store: ["items/a", "items/b"],
            claims: [.init(path: "items/a", isReleased: true), .init(path: "items/b")], resources: [.items])
        #expect(world.verdicts() == "orphan items/a, claimed items/b")
        let node = try #require(world.reconciler.node(at: StorePath("items/a")!))
        #expect(world.reconciler.tombstone(of: node)?.claim == Array("items/a".utf8))
    }

    @Test func aReleasedClaimLeavesNoNearMissEither() throws {
        let world = try Worldlet(
            store: ["items/a"], claims: [.init(path: "Items/A", isReleased: true), .init(path: "items/q")],
            resources: [.items])
        #expect(world.verdicts() == "orphan items/a")
    }

    @Test(arguments: [
        ("no claim inside", "", "orphan items/a/parts/p1"),
        ("equal", "items/a/parts/p1", ""),
        ("a file below", "items/a/parts/p1/layer/x.bin", ""),
        ("the parent's own claim above does not keep", "items/a", "orphan items/a/parts/p1"),
        ("a near miss", "items/a/parts/P1", "near items/a/parts/p1"),
    ])
    func nestedEntriesNeedAClaimOfTheirOwn(_ name: String, _ claim: String, _ verdict: String) throws {
        let world = try Worldlet(
            store: ["items/a/parts/p1/", "items/a/other/q"],
            claims: [.init(path: "items/a")] + (claim.isEmpty ? [] : [.init(path: claim)]),
            resources: [.items, .parts])
        #expect(world.verdicts(of: 1) == verdict, "\(name)")
    }

    @Test func aClaimAboveOfTheNestedResourcesOwnSourceKeeps() throws {
        let world = try Worldlet(
            store: ["items/a/parts/p1/"], claims: [.init(path: "items/a"), .init(resource: 1, path: "items/a/parts")],
            resources: [.items, .parts])
        #expect(world.verdicts(of: 1) == "")
    }

    @Test(arguments: [("being made", true, "items/a"), ("unclaimed", false, "items/b")])
    func nestedEntriesAreShelteredWhileTheirParentIs(_ name: String, _ isMaking: Bool, _ claim: String) throws {
        let world = try Worldlet(
            store: ["items/a/parts/p1/", "items/b"], claims: [.init(path: claim, isMaking: isMaking)],
            resources: [.items, .parts])
        #expect(world.judgement.nestedCandidates.isEmpty, "\(name)")
        #expect(world.judgement.sheltered == 1)
    }

    @Test func anUnknownPartIsFoundByTheShapesKey() throws {
        let world = try Worldlet(
            store: ["tmp/20260101_k1", "tmp/20260202_k2", "tmp/k1_20260101"],
            claims: [.init(path: "tmp/\u{0}_k1", key: "k1")], resources: [.dated])
        #expect(world.verdicts() == "claimed tmp/20260101_k1, orphan tmp/20260202_k2, unrecognised tmp/k1_20260101")
    }

    @Test(arguments: [
        ("photos/ab/x.jpg photos/cd/y.jpg", "photos/ab/x.jpg", "claimed photos/ab/x.jpg, orphan photos/cd/y.jpg"),
        ("photos/ab/x.jpg photos/cd/y.jpg", "photos/ab", "claimed photos/ab/x.jpg, orphan photos/cd/y.jpg"),
        ("photos/ab/x.jpg photos/z.txt", "photos/q/q.jpg", "orphan photos/ab/x.jpg, unrecognised photos/z.txt"),
    ])
    func deeperPlacesHaveEntriesAtOneDepth(_ store: String, _ claim: String, _ verdicts: String) throws {
        let world = try Worldlet(store: words(store), claims: [.init(path: claim)], resources: [.sharded])
        #expect(world.verdicts() == verdicts)
    }

    @Test(arguments: [
        ("files/a/b/c", "files/a/b/c", "claimed files/a/b/c"),
        ("files/a/b/c files/d", "files/a", "claimed files/a/b/c, orphan files/d"),
        ("files/a/b/c", "files/a/b/c/below", "claimed files/a/b/c"), ("files/a/B", "files/a/b", "near files/a/B"),
        ("files/a/b", "/elsewhere/a/b", "near files/a/b"), ("files/a/b", "/elsewhere/files/a/b", "near files/a/b"),
    ])
    func aLastDoubleStarMakesEveryFileAnEntry(_ store: String, _ claim: String, _ verdicts: String) throws {
        let world = try Worldlet(store: words(store), claims: [.init(path: claim)], resources: [.deep])
        #expect(world.verdicts() == verdicts)
    }

    @Test func anAncestorOfAnotherPlaceIsNeverAnEntry() throws {
        let world = try Worldlet(
            store: ["items/local/x", "items/a"], claims: [.init(path: "items/a")], resources: [.itemsAndLocal])
        #expect(world.verdicts() == "claimed items/a, orphan items/local/x")
    }

    @Test func twoResourcesForOnePathAreAnError() {
        let layout = Layout(.test([.items, .itemsAndLocal]))
        #expect(MemoryTree(["items/a"]).list(layout) == nil)
    }

    @Test func ignoredAndReservedNamesAreNeverEntries() throws {
        let layout = Layout(
            .test([.items], ignore: ["lost+found", "items/keep.me", "*.lock"]), reserved: [StorePath("items/app.db")!])
        let listing = try #require(
            MemoryTree([
                "items/lost+found/", "items/keep.me", "items/x.lock", "items/app.db", "items/.foundling/", "items/a",
            ])
            .list(layout))
        let entries = (1..<listing.count).filter { listing.role(of: $0) == .entry }
        #expect(entries.map { listing.path(of: $0).description } == ["items/a"])
    }

    @Test func whatHoldsTheDatabaseIsNeverACandidate() throws {
        let layout = Layout(.test([.items]))
        let listing = try #require(MemoryTree(["items/a/db/app.db", "items/b"]).list(layout))
        let reconciler = Reconciler(
            listing, layout, ClaimReadings(root: "/srv/data", aliases: []), protected: [StorePath("items/a/db/app.db")!]
        )
        #expect(reconciler.judge().candidates.map { listing.path(of: $0).description } == ["items/b"])
    }

    @Test func exceptedPathsAreNeitherEntriesNorUnrecognised() throws {
        let world = try Worldlet(
            store: ["items/downloads/", "items/a"], claims: [.init(path: "items/a")], resources: [.itemsExcept])
        #expect(world.verdicts() == "claimed items/a")
    }

    @Test func kindsThatTheRuleDoesNotWantAreUnrecognised() throws {
        let world = try Worldlet(
            store: ["items/f", "items/d/"], claims: [.init(path: "items/d")], resources: [.directoriesOnly])
        #expect(world.verdicts() == "claimed items/d, unrecognised items/f")
    }

    private func words(_ text: String) -> [String] {
        // A space inside a name is written as it is: names end where `items/`, `tmp/`… begins again.
        var parts: [String] = []
        for word in text.split(separator: " ") {
            if word.contains("/") || parts.isEmpty {
                parts.append(String(word))
            } else {
                parts[parts.count - 1] += " " + word
            }
        }
        return parts
    }
}
