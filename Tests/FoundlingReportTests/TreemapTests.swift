import FoundlingReport
import Testing

/// The layout that the size of a tile is believed by.
@Suite struct TreemapTests {
    private static let worlds: [[Double]] = [
        [6, 6, 4, 3, 2, 2, 1], [1], [1, 1], Array(repeating: 1, count: 97), (1...60).map { Double($0 * $0) },
        [1e12, 1, 1, 1], [0.001, 1000, 3, 3, 3], (0..<300).map { Double(($0 * 7919) % 1009 + 1) },
    ]

    @Test(arguments: worlds)
    func areasAreAsTheirWeights(weights: [Double]) {
        let tiles = Treemap.tiles(weights, width: 960, height: 340)
        let total = weights.reduce(0, +)
        #expect(tiles.count == weights.count)
        for tile in tiles {
            let wanted = weights[tile.index] / total * 960 * 340
            #expect(abs(tile.width * tile.height - wanted) <= wanted * 1e-6 + 1e-6)
        }
    }

    @Test(arguments: worlds)
    func allLieInsideAndNoneOverAnother(weights: [Double]) {
        let tiles = Treemap.tiles(weights, width: 300, height: 500)
        let slack = 1e-6
        for tile in tiles {
            #expect(tile.x >= -slack && tile.x + tile.width <= 300 + slack)
            #expect(tile.y >= -slack && tile.y + tile.height <= 500 + slack)
        }
        for (i, one) in tiles.enumerated() {
            for other in tiles.dropFirst(i + 1) {
                let x = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
                let y = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
                #expect(x <= slack || y <= slack, "\(one) and \(other)")
            }
        }
    }

    @Test func theOrderOfTheInputChangesNoShape() {
        let weights: [Double] = [5, 1, 9, 2, 7, 3]
        let shapes = { (weights: [Double]) in
            Treemap.tiles(weights, width: 100, height: 60).map { [$0.x, $0.y, $0.width, $0.height] }
        }
        #expect(shapes(weights) == shapes(weights.reversed()))
        #expect(Treemap.tiles([2, 2, 2], width: 9, height: 9).map(\.index) == [0, 1, 2])
    }

    @Test func theExampleOfThePaperComesOutAsPrinted() {
        // Bruls, Huizing and van Wijk, figure 4: 6, 6, 4, 3, 2, 2, 1 in 6 by 4; the first two share a column.
        let tiles = Treemap.tiles([6, 6, 4, 3, 2, 2, 1], width: 6, height: 4)
        let sides = tiles.prefix(2).map { [$0.x, $0.y, $0.width, $0.height] }
        #expect(sides == [[0, 0, 3, 2], [0, 2, 3, 2]])
        #expect(tiles.allSatisfy { max($0.width / $0.height, $0.height / $0.width) < 3.1 })
    }

    @Test(arguments: [[], [0], [0, -1], [.nan], [.infinity]])
    func nothingToShowIsNoTile(weights: [Double]) {
        #expect(Treemap.tiles(weights, width: 10, height: 10).isEmpty)
    }

    @Test func whatWeighsNothingIsLeftOutAndTheRestKeepsItsNumber() {
        #expect(Treemap.tiles([0, 3, .nan, 5], width: 10, height: 10).map(\.index) == [3, 1])
        #expect(Treemap.tiles([1], width: 0, height: 10).isEmpty)
    }
}
