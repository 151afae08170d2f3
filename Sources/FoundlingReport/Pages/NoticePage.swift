package import FoundlingCore

/// A page with one thing to say: an error, or what has to be confirmed.
package struct NoticePage: Sendable {
    let word: String
    let summary: [QuotedText]
    let hint: [QuotedText]
    let hasHint: Bool
    let details: [String]
    let hasDetails: Bool
    let code: String
    let back: String
    let onward: String

    /// - Parameters:
    ///   - isForm: whether something was to be done, rather than shown.
    ///   - back: the address of the page to go on from.
    ///   - onward: what that page is for.
    package init(_ error: FoundlingError, isForm: Bool, back: String, onward: String) {
        word = isForm ? "Not done" : "Not shown"
        summary = QuotedText.parts(Sentence.safe(error.summary))
        hint = QuotedText.parts(Sentence.safe(error.hint))
        hasHint = !error.hint.isEmpty
        details = error.details.map { Sentence.safe($0) }
        hasDetails = !details.isEmpty
        code = error.code.rawValue
        self.back = back
        self.onward = onward
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
