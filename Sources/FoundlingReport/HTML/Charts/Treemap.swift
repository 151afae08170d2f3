/// Rectangles whose areas are as weights to one another, as near to squares as they can be.
///
/// Squarified, after Bruls, Huizing and van Wijk (2000): rows are laid along the shorter side of what is left, and a
/// row takes another rectangle for as long as that makes its worst one squarer.
package enum Treemap {
    /// One rectangle, and the weight that it stands for by its place in the input.
    package struct Tile: Sendable, Equatable {
        package let index: Int
        package let x: Double
        package let y: Double
        package let width: Double
        package let height: Double
    }

    /// Tiles from the largest on; what weighs nothing, or next to nothing beside the rest, has none.
    package static func tiles(_ weights: [Double], width: Double, height: Double) -> [Tile] {
        let order = weights.indices.filter { weights[$0] > 0 && weights[$0].isFinite }
            .sorted { (weights[$1], $0) < (weights[$0], $1) }
        let total = order.reduce(0) { $0 + weights[$1] }
        guard width > 0, height > 0, total > 0, total.isFinite else { return [] }
        let scale = width * height / total
        var layout = Layout(x: 0, y: 0, width: width, height: height)
        var row: [Int] = []
        var areas: [Double] = []
        for index in order {
            let area = weights[index] * scale
            if !row.isEmpty, layout.worst(areas + [area]) > layout.worst(areas) {
                layout.place(row, areas)
                (row, areas) = ([], [])
            }
            row.append(index)
            areas.append(area)
        }
        layout.place(row, areas)
        return layout.tiles
    }

    /// What is left to fill, and what was filled.
    private struct Layout {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
        var tiles: [Tile] = []

        /// The worst ratio of sides that a row of such areas would have.
        func worst(_ areas: [Double]) -> Double {
            let side = min(width, height)
            let sum = areas.reduce(0, +)
            guard let most = areas.max(), let least = areas.min(), least > 0, side > 0, sum > 0 else {
                return .infinity
            }
            return max(side * side * most / (sum * sum), sum * sum / (side * side * least))
        }

        mutating func place(_ row: [Int], _ areas: [Double]) {
            let sum = areas.reduce(0, +)
            guard sum > 0, width > 0, height > 0 else { return }
            let isColumn = width >= height
            let thickness = min(sum / (isColumn ? height : width), isColumn ? width : height)
            guard thickness > 0 else { return }
            var offset = isColumn ? y : x
            for (index, area) in zip(row, areas) {
                let length = area / thickness
                tiles.append(
                    isColumn
                        ? Tile(index: index, x: x, y: offset, width: thickness, height: length)
                        : Tile(index: index, x: offset, y: y, width: length, height: thickness))
                offset += length
            }
            if isColumn {
                (x, width) = (x + thickness, width - thickness)
            } else {
                (y, height) = (y + thickness, height - thickness)
            }
        }
    }
}
