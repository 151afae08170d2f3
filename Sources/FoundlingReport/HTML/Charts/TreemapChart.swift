/// A treemap as SVG: things of one group side by side, each as large as its share, with its name where all of it fits.
package struct TreemapChart: Sendable {
    /// One thing to show.
    package struct Item: Sendable {
        /// As people read it: escaped for a screen, not for HTML.
        package let name: String
        /// What its tile says; the whole name is in its title.
        package let label: String
        package let size: UInt64

        package init(name: String, label: String, size: UInt64) {
            self.name = name
            self.label = label
            self.size = size
        }
    }

    /// Things of one colour.
    package struct Group: Sendable {
        package let name: String
        package let items: [Item]
        /// How many are too small for a tile each, and their size in all.
        package let rest: (count: Int, size: UInt64)

        package init(name: String, items: [Item], rest: (count: Int, size: UInt64) = (0, 0)) {
            self.name = name
            self.items = items
            self.rest = rest
        }

        /// Of all together.
        var size: UInt64 {
            tiles.reduce(UInt64(0)) { $0.addingReportingOverflow($1.item.size).partialValue }
        }

        fileprivate var tiles: [(item: Item, isRest: Bool)] {
            let label = "\(Count.text(rest.count)) more"
            let more = Item(name: "\(label) of \(name)", label: label, size: rest.size)
            return items.map { ($0, false) } + (rest.count > 0 ? [(more, true)] : [])
        }
    }

    /// Colours there are; groups beyond start again.
    private static let tones = 6
    /// In pixels: the height, and the width of a page as most are, which the shapes are made for.
    private static let (height, width) = (360.0, 1016.0)
    /// Widths of the picture at which a style sheet shows more labels; see `StyleSheet`.
    private static let widths = [300, 480, 640, 800, 960]

    private let groups: [Group]

    package init(_ groups: [Group]) { self.groups = groups }

    /// The class that colours a group, for a legend.
    package static func tone(_ group: Int) -> String { "tone-\(group % tones)" }

    /// Nil where nothing has a size.
    package func svg(id: String, title: String) -> String? {
        let weights = groups.map { group in group.tiles.reduce(0) { $0 + Double($1.item.size) } }
        let areas = Treemap.tiles(weights, width: Self.width, height: Self.height)
        guard !areas.isEmpty else { return nil }
        var body = ""
        for area in areas {
            let tiles = groups[area.index].tiles
            for tile in Treemap.tiles(tiles.map { Double($0.item.size) }, width: area.width, height: area.height) {
                let (item, isRest) = tiles[tile.index]
                let tone = Self.tone(area.index) + (isRest ? " rest" : "")
                body += self.tile(item, tone, tile.moved(by: area))
            }
        }
        let words = areas.map { area in
            "\(groups[area.index].name) \(Size.text(groups[area.index].size))"
        }
        return SVG.picture(
            "treemap", id: id, title: title,
            description: words.joined(separator: ", ") + ". The tables below say the same in text.", body)
    }

    private func tile(_ item: Item, _ tone: String, _ tile: Treemap.Tile) -> String {
        let size = Size.text(item.size)
        var labels = ""
        // Figures are bold, and larger.
        if tile.height >= 24, let room = Self.room(for: size, letter: 9, in: tile) {
            labels += "<text class=\"size \(room)\" x=\"7\" y=\"18\">\(size)</text>"
            if tile.height >= 42 {
                if let room = Self.room(for: item.label, in: tile) {
                    labels += "<text class=\"\(room)\" x=\"7\" y=\"34\">\(HTMLText.escape(item.label))</text>"
                } else if let cut = Self.cut(item.label, in: tile), let room = Self.room(for: cut, in: tile) {
                    labels += "<text class=\"\(room)\" x=\"7\" y=\"34\">\(HTMLText.escape(cut))</text>"
                }
            }
        }
        return """
            <svg class="tile \(tone)" x="\(SVG.percent(tile.x / Self.width))" y="\(SVG.percent(tile.y / Self.height))" \
            width="\(SVG.percent(tile.width / Self.width))" height="\(SVG.percent(tile.height / Self.height))">\
            <title>\(HTMLText.escape(item.name)): \(size)</title>\
            <rect width="100%" height="100%"/>\(labels)</svg>
            """
    }

    /// The width of picture from which a text fits, nil where it never does.
    ///
    /// - Parameter letter: pixels that one letter takes. Most take half of an em of 12; the rest is for wide fonts.
    private static func room(for text: String, letter: Double = 7.2, in tile: Treemap.Tile) -> String? {
        let needed = (Double(Sentence.columns(text)) * letter + 12) / (tile.width / width)
        return widths.first { Double($0) >= needed }.map { "from-\($0)" }
    }
}

extension TreemapChart {
    /// The end of a name, which tells more of one in a row of hashes and numbers than its beginning does; nil where too
    /// little of it fits to tell anything.
    private static func cut(_ label: String, in tile: Treemap.Tile) -> String? {
        let fits = Int((tile.width / width * Double(widths[widths.count - 1]) - 12) / 7.2) - 2
        guard fits >= 6, label.unicodeScalars.count > fits else { return nil }
        var (end, columns) = ("", 0)
        for character in label.reversed() {
            columns += Sentence.columns(String(character))
            if columns > fits { break }
            end = String(character) + end
        }
        return "…" + end
    }
}

extension Treemap.Tile {
    /// The same within another one.
    fileprivate func moved(by other: Treemap.Tile) -> Treemap.Tile {
        Treemap.Tile(index: index, x: x + other.x, y: y + other.y, width: width, height: height)
    }
}
