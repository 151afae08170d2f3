import FoundlingCore

/// A glob and where it is written.
struct PlacedGlob {
    let glob: Glob
    let position: Position
}

/// A resource with the places of its parts, as the checks between resources need them.
struct ResourceDraft {
    let name: String
    let position: Position
    var within: (name: String, position: Position)?
    var entries: [PlacedGlob] = []
    /// No glob of it was refused, so what the others lack they really lack.
    var entriesAreWhole = true
    var except: [PlacedGlob] = []
    var shape: ShapeDraft = .none
    var kinds: Set<EntryKind> = [.directory, .file, .symlink]
    var safety: Safety
    var sources: [RecordSource] = []

    /// What was said of the shape.
    enum ShapeDraft {
        case none
        /// Reported already.
        case refused
        case shape(Shape)
    }

    init(name: String, position: Position, safety: Safety) {
        self.name = name
        self.position = position
        self.safety = safety
    }

    var resource: Resource {
        var shape: Shape?
        if case .shape(let given) = self.shape { shape = given }
        return Resource(
            name: name, within: within?.name, entries: entries.map(\.glob), except: except.map(\.glob), shape: shape,
            kinds: kinds, safety: safety, sources: sources)
    }

    var hasNoShape: Bool { if case .none = shape { true } else { false } }
}
