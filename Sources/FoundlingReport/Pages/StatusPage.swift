/// Whether the daemon itself is well.
package struct StatusPage: Sendable {
    /// One thing that was looked at.
    package struct Check: Sendable {
        let name: String
        let word: String
        let tone: String
        let detail: String

        package init(_ name: String, isGood: Bool, _ detail: String) {
            self.name = name
            word = isGood ? "good" : "needs a look"
            tone = isGood ? "ready" : "alarm"
            self.detail = detail
        }
    }

    let checks: [Check]
    let version: String

    package init(_ checks: [Check], version: String) {
        self.checks = checks
        self.version = version
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .statusPage)
    }
}
