internal import Mustache

/// Every template, parsed once, with escaping that no template can forget.
///
/// A program that is one file has its templates in its code: see ``Template``.
package struct Templates: Sendable {
    private let library: MustacheLibrary

    /// Throws where a template does not parse, which a test shows before a user does.
    package init() throws {
        MustacheContentTypes.register(HTMLText.Content(), named: HTMLText.Content.name)
        var templates: [String: MustacheTemplate] = [:]
        // A partial starts with Mustache's own escape again, so that each of them asks for ours.
        for template in Template.allCases {
            let text = "{{% CONTENT_TYPE:\(HTMLText.Content.name) }}" + template.text
            templates[template.rawValue] = try MustacheTemplate(string: text)
        }
        library = MustacheLibrary(templates: templates)
    }

    /// Fields of `view` are found by their names; what is nil is not there.
    func render(_ view: some Sendable, _ template: Template) -> String {
        library.render(view, withTemplate: template.rawValue) ?? ""
    }
}
