/// What a report shows, and how.
package struct ReportOptions: Sendable {
    /// Findings shown of each kind by the formats people read; 0 shows all.
    package var limit: Int
    /// Escape sequences for colours; without it there is not one.
    package var colour: Bool
    /// Commands to type next, as the user would type them.
    package var next: [String]

    package init(limit: Int = 20, colour: Bool = false, next: [String] = []) {
        self.limit = limit
        self.colour = colour
        self.next = next
    }

    /// How many of `count` areas to show: twenty, even where few findings are wanted.
    func areas(of count: Int) -> Int { limit > 0 ? min(max(limit, 20), count) : count }

    /// How many of `count` to show.
    func shown(of count: Int) -> Int { limit > 0 ? min(limit, count) : count }
}
