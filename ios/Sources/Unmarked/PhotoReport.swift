import Foundation
import UnmarkedCore

/// What a person is told before a photo goes on: what it said, what remains, and what Unmarked
/// cannot do for them. It holds what the photo said: show it, never log it.
public struct PhotoReport: Sendable, Equatable {
    /// Findings that betray the same thing.
    public struct Group: Sendable, Equatable {
        /// What they betray.
        public let betrays: Betrayal
        /// The same in words: "Place".
        public let title: String
        /// One line each: "Camera model: …".
        public let lines: [String]
    }

    /// One sentence about how much was found.
    public let summary: String
    /// What was found and is gone, by what it betrays; the place first.
    public let found: [Group]
    /// What was kept, and why.
    public let kept: [String]
    /// What changed in a way that could be seen, and what a person should know.
    public let notes: [String]
    /// What still remains in the clean photo.
    public let remaining: [String]
    /// What no cleaning of this photo can change.
    public let warnings: [String]

    /// The report of one cleaning.
    public init(_ receipt: PhotoReceipt) {
        found = Self.order.compactMap { betrayal in
            let lines = receipt.found.filter { $0.betrays == betrayal }.map(Self.line)
            return lines.isEmpty ? nil : Group(betrays: betrayal, title: Words.title(betrayal), lines: lines)
        }
        summary = Words.summary(count: found.reduce(0) { $0 + $1.lines.count }, more: receipt.more)
        kept = receipt.kept.map { "\($0.words): \($0.why)" }
        notes = receipt.notes.map { Words.sentence($0.words) }
        remaining = receipt.remaining.map(\.words)
        // A photo without a place may be one whose place was withheld from us; see
        // PHPickerConfiguration and the options of the share sheet in Photos.
        let placeFound = found.contains { $0.betrays == .place }
        // 0 is a size that could not be told
        let longest = max(receipt.width, receipt.height)
        let shrinks = longest == 0 || longest > Self.signalsLongestEdge
        warnings = [Words.originalRemains] + (placeFound ? [] : [Words.placeMayBeWithheld])
            + (shrinks ? [Words.signalShrinks] : []) + [Words.otherTargets]
    }

    /// Signal's share extension sends at most so many pixels.
    static let signalsLongestEdge: UInt32 = 1600

    /// What people ask first comes first. `structure` betrays nothing and is not shown.
    static let order: [Betrayal] = [.place, .time, .device, .owner, .history, .hiddenPicture, .unknown]

    private static func line(_ finding: PhotoFinding) -> String {
        finding.value.isEmpty ? finding.label : "\(finding.label): \(finding.value)"
    }
}
