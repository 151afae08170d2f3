/// One figure large enough to be read from afar.
package struct Fact: Sendable {
    let name: String
    let figure: String
    let remark: String?
    let tone: String

    /// - Parameter remark: what the figure does not say by itself.
    package init(_ name: String, _ figure: String, _ remark: String? = nil, severity: Banner.Severity? = nil) {
        self.name = name
        self.figure = figure
        self.remark = remark
        tone = severity?.rawValue ?? "plain"
    }
}
