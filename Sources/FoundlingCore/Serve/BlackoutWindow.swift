/// A span of each week, or each day, in which nothing begins.
package struct BlackoutWindow: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) { self.text = text }
}
