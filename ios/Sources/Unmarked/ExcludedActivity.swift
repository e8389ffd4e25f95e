/// An entry of the share sheet that a clean photo is kept from, by the value of
/// `UIActivity.ActivityType`, for `UIActivityViewController.excludedActivityTypes`.
///
/// The system leaves out its own entries. Share extensions of other apps cannot be left out, and
/// those of Apple's apps only where the system heeds it, so the sheet also shows a warning.
public struct ExcludedActivity: Sendable, Equatable {
    /// Why it is left out.
    public enum Reason: String, Sendable, CaseIterable {
        /// The photo would lie in the gallery, next to the original, and in its cloud.
        case gallery
        /// The photo would go to a cloud, or to a place that a cloud copies.
        case cloud
        /// The photo would be told to devices nearby, with who holds this one.
        case nearby
        /// Other apps and devices could read it.
        case shared
        /// It would be on paper, or in a printer's memory.
        case paper
        /// The file would be made anew by a program that adds its own metadata.
        case rewritten
    }

    /// The raw value of the activity type.
    public let activityType: String
    /// Why it is left out.
    public let reason: Reason
    /// True if Apple documents the activity type (UIKit, `UIActivity.ActivityType`); false if it is
    /// the identifier of an extension of Apple's, which the system may not heed.
    public let documented: Bool

    private init(_ name: String, _ reason: Reason) {
        self.init(activityType: "com.apple.UIKit.activity." + name, reason: reason, documented: true)
    }

    private init(activityType: String, reason: Reason, documented: Bool) {
        self.activityType = activityType
        self.reason = reason
        self.documented = documented
    }

    private static func ofExtension(_ identifier: String, _ reason: Reason) -> ExcludedActivity {
        ExcludedActivity(activityType: identifier, reason: reason, documented: false)
    }

    /// Everything that is left out. Mail and Messages are not in it: they reach a person, as Signal
    /// does, and whether they are safe enough is a choice that `PhotoReport` prepares.
    public static let all: [ExcludedActivity] = [
        ExcludedActivity("SaveToCameraRoll", .gallery),
        ExcludedActivity("AssignToContact", .cloud),
        ExcludedActivity("AddToReadingList", .cloud),
        ExcludedActivity("OpenInIBooks", .cloud),
        ExcludedActivity("CollaborationInviteWithLink", .cloud),
        ExcludedActivity("CollaborationCopyLink", .cloud),
        ExcludedActivity("AirDrop", .nearby),
        ExcludedActivity("SharePlay", .nearby),
        ExcludedActivity("CopyToPasteboard", .shared),
        ExcludedActivity("Print", .paper),
        ExcludedActivity("MarkupAsPDF", .rewritten),
        ofExtension("com.apple.CloudDocsUI.AddToiCloudDrive", .cloud),
        ofExtension("com.apple.mobileslideshow.StreamShareService", .cloud),
        ofExtension("com.apple.mobilenotes.SharingExtension", .cloud),
        ofExtension("com.apple.sharing.quick-note", .cloud),
        ofExtension("com.apple.reminders.sharingextension", .cloud),
        ofExtension("com.apple.reminders.RemindersEditorExtension", .cloud),
    ]
}
