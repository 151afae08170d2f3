/// Links from one part of a long list to the next: forward, and back to the beginning.
package struct Pager: Sendable {
    let text: String
    let first: String?
    let next: String?

    /// - Parameters:
    ///   - shown: how many rows this part has.
    ///   - total: how many there are in all; nil where nobody counted.
    ///   - isExact: whether there are not more than that.
    ///   - first: the address of the first part; nil on it.
    ///   - next: the address of the part behind; nil on the last.
    package init(shown: Int, of total: Int?, isExact: Bool = true, first: String?, next: String?) {
        self.first = first
        self.next = next
        let rows = Count.text(shown)
        text =
            switch total {
            case .some(let total) where total <= shown: "\(Count.text(total)) in all"
            case .some(let total): "\(rows) of \(isExact ? "" : "more than ")\(Count.text(total))"
            case nil: next == nil && first == nil ? "\(rows) in all" : "\(rows) here"
            }
    }
}
