package import FoundlingCore

/// A page with one thing to say: an error, or what has to be confirmed.
package struct NoticePage: Sendable {
    let summary: String
    let hint: String?
    let details: [String]
    let code: String
    let back: String

    /// - Parameter back: the address of the page to go on from.
    package init(_ error: FoundlingError, back: String) {
        summary = Sentence.safe(error.summary)
        hint = error.hint.isEmpty ? nil : Sentence.safe(error.hint)
        details = error.details.map { Sentence.safe($0) }
        code = error.code.rawValue
        self.back = back
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .noticePage)
    }
}

/// Where somebody signs in.
package struct LoginPage: Sendable {
    let mistake: String?
    let next: String

    /// - Parameters:
    ///   - mistake: why the last try did not do.
    ///   - next: the page to go on to, a path of ours.
    package init(mistake: String?, next: String) {
        self.mistake = mistake
        self.next = next
    }

    package func html(_ frame: PageFrame, _ templates: Templates) -> String {
        templates.render(FramedPage(frame, self), .loginPage)
    }
}
