/// A thin bar beside a number, to compare rows at a glance; the number says the same in text.
package enum ShareBar {
    package static func svg(_ share: Double) -> String {
        let share = share.isFinite ? min(max(share, 0), 1) : 0
        return "<svg class=\"share\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"100%\"/>"
            + "<rect class=\"fill\" width=\"\(SVG.percent(share))\" height=\"100%\"/></svg>"
    }
}
