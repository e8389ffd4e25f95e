import Foundation
import UnmarkedCore

/// The sentences of the shell, by their keys in Localizable.strings. The core's own words are English
/// and stand beside them.
///
/// Plurals are chosen here and not in a .stringsdict, which Foundation on Linux cannot read.
enum Words {
    static func title(_ kind: PhotoProblem.Kind) -> String { text("problem.\(kind.rawValue).title") }
    static func reason(_ kind: PhotoProblem.Kind) -> String { text("problem.\(kind.rawValue).reason") }
    static func advice(_ kind: PhotoProblem.Kind) -> String { text("problem.\(kind.rawValue).advice") }

    static func reason(_ kind: VaultProblem.Kind) -> String { text("vault.\(kind.rawValue).reason") }
    static func advice(_ kind: VaultProblem.Kind) -> String { text("vault.\(kind.rawValue).advice") }

    static func title(_ betrayal: Betrayal) -> String {
        switch betrayal {
        case .place: return text("found.place")
        case .time: return text("found.time")
        case .device: return text("found.device")
        case .owner: return text("found.owner")
        case .history: return text("found.history")
        case .hiddenPicture: return text("found.hiddenPicture")
        case .unknown: return text("found.unknown")
        case .structure: return text("found.structure")
        }
    }

    static func summary(count: Int, more: Bool) -> String {
        switch (count, more) {
        case (_, true): return String(format: text("summary.more"), count)
        case (0, false): return text("summary.none")
        case (1, false): return text("summary.one")
        case (_, false): return String(format: text("summary.many"), count)
        }
    }

    /// A clause of the core as a sentence.
    static func sentence(_ clause: String) -> String {
        clause.prefix(1).uppercased() + clause.dropFirst() + (clause.hasSuffix(".") ? "" : ".")
    }

    static var originalRemains: String { text("warning.original") }
    static var placeMayBeWithheld: String { text("warning.place") }
    static var signalShrinks: String { text("warning.signal") }
    static var otherTargets: String { text("warning.targets") }

    /// The bundle with the package's resources.
    static var bundle: Bundle { Bundle.module }

    private static func text(_ key: String) -> String {
        bundle.localizedString(forKey: key, value: nil, table: nil)
    }
}
