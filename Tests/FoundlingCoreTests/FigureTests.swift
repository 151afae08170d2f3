import FoundlingCore
import Testing

/// The arithmetic of sizes and shares.
@Suite struct FigureTests {
    private static let gigabyte: UInt64 = 1 << 30

    @Test func theFoundingFiguresGiveItsPercentagesByBothCounts() {
        let disk = DiskSpace(
            total: 466 * Self.gigabyte, free: 46 * Self.gigabyte, available: 27 * Self.gigabyte, inodes: 100,
            inodesFree: 40)
        #expect(disk.used == 420 * Self.gigabyte)
        #expect(disk.usedPercentWithReserved == 95)
        #expect(disk.usedPercent == 94)
        let after = disk.after(freeing: 298 * Self.gigabyte)
        #expect(after.usedPercentWithReserved == 31)
        #expect(after.usedPercent == 28)
    }

    @Test func percentagesRoundUpAndSurviveEmptyAndHugeDisks() {
        #expect(DiskSpace(total: 0, free: 0, available: 0, inodes: 0, inodesFree: 0).usedPercent == 0)
        let huge = DiskSpace(total: .max, free: 1, available: 1, inodes: .max, inodesFree: 0)
        #expect(huge.usedPercent == 100)
    }

    @Test func aFileLinkedTwiceInOneEntryCountsOnce() {
        let link = HardLink(device: 1, inode: 9, links: 2, allocated: 4096, apparent: 10, target: 0)
        let measured = Measurements(targets: [Measurement(), Measurement()], links: [link, link])
        #expect(measured.freed(by: [1]).bytes == 0)
    }

    @Test(arguments: [([0], 0), ([1], 0), ([0, 1], 4096)] as [([Int], UInt64)])
    func aFileLinkedFromTwoEntriesIsFreedOnlyWithBoth(_ chosen: [Int], _ freed: UInt64) {
        let links = (0...1).map {
            HardLink(device: 1, inode: 9, links: 2, allocated: 4096, apparent: 10, target: $0)
        }
        let measured = Measurements(targets: [Measurement(), Measurement()], links: links)
        #expect(measured.freed(by: chosen).bytes == freed)
    }

    @Test func aFileLinkedTwiceInANestedEntryIsFreedOnceThoughItsParentWasMeasuredToo() {
        // Target 0 holds target 1: both saw the two links.
        let links = [0, 0, 1, 1].map {
            HardLink(device: 1, inode: 9, links: 2, allocated: 4096, apparent: 10, target: $0)
        }
        var nested = Measurement()
        nested.freed = 4096
        #expect(Measurements(targets: [Measurement(), nested], links: links).freed(by: [1]).bytes == 4096)
    }

    @Test func aFileLinkedFromElsewhereIsNeverFreed() {
        let links = (0...1).map {
            HardLink(device: 1, inode: 9, links: 3, allocated: 4096, apparent: 10, target: $0)
        }
        #expect(Measurements(targets: [Measurement(), Measurement()], links: links).freed(by: [0, 1]).bytes == 0)
    }

    @Test(arguments: [("claim", "claims"), ("record", "records"), ("shap", "shape"), ("enties", "entries")])
    func theNearestWordIsSuggested(_ typed: String, _ meant: String) {
        #expect(Nearest.word(to: typed, in: ["claims", "records", "shape", "entries", "within"]) == meant)
    }

    @Test func nothingIsSuggestedForAStranger() { #expect(Nearest.word(to: "zzzzzz", in: ["claims"]) == nil) }
}
