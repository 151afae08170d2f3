/// A reader of bytes that somebody else chose, with what must hold whatever they are.
///
/// libFuzzer calls ``check(_:)`` with inputs of its own, a test with those in `Fuzz/Corpus`.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// `foundling.yaml`.
    case manifest
    /// A database URL, as the environment gives it.
    case url
    /// A claim template.
    case template
    /// A recorded path, and what it may mean.
    case claim
    /// A regular expression and a name.
    case shape
    /// Two patterns and a path.
    case glob
    /// A store and its claims.
    case reconcile
    /// The lines of a plan, with a hash that holds.
    case plan
    /// A receipt.
    case receipt
    /// A cursor, as a client of the API hands it back.
    case cursor

    /// Reads `input`, and says which promise was broken, if one was.
    package func check(_ input: [UInt8]) throws(Broken) {
        switch self {
        case .manifest: try ManifestPromises.check(input)
        case .url: try URLPromises.check(input)
        case .template: try TemplatePromises.check(input)
        case .claim: try ClaimPromises.check(input)
        case .shape: try ShapePromises.check(input)
        case .glob: try GlobPromises.check(input)
        case .reconcile: try ReconcilePromises.check(input)
        case .plan: try PlanPromises.check(input)
        case .receipt: try ReceiptPromises.check(input)
        case .cursor: try CursorPromises.check(input)
        }
    }
}

/// A promise that an input broke.
package struct Broken: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless the promise was kept.
func promise(_ isKept: Bool, _ words: @autoclosure () -> String) throws(Broken) {
    guard isKept else { throw Broken(words()) }
}
