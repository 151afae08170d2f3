/// Links from one part of a long list to the next.
package struct Pager: Sendable {
    let text: String
    let previous: String?
    let next: String?

    /// - Parameters:
    ///   - first: the number of the first row shown, from 0.
    ///   - link: the address of the part that starts with a row.
    package init(first: Int, shown: Int, of total: Int, size: Int, link: (Int) -> String) {
        text =
            total == 0
            ? "None" : "\(Count.text(first + 1)) to \(Count.text(first + shown)) of \(Count.text(total))"
        previous = first > 0 ? link(max(0, first - size)) : nil
        next = first + shown < total ? link(first + shown) : nil
    }
}
