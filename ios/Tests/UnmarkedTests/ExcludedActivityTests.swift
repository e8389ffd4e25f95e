import XCTest

@testable import Unmarked

final class ExcludedActivityTests: XCTestCase {
    func testGalleryCloudAndNearbyAreLeftOut() {
        let types = ExcludedActivity.all.map(\.activityType)
        XCTAssertEqual(Set(types).count, types.count, "one is named twice")
        for name in ["SaveToCameraRoll", "AirDrop", "Print", "AssignToContact", "CopyToPasteboard"] {
            XCTAssertTrue(types.contains("com.apple.UIKit.activity." + name), name)
        }
        XCTAssertFalse(types.contains("com.apple.UIKit.activity.Message"))
    }

    func testDocumentedTypesAreUIKits() {
        for activity in ExcludedActivity.all {
            XCTAssertEqual(activity.documented, activity.activityType.hasPrefix("com.apple.UIKit.activity."))
        }
        XCTAssertEqual(Set(ExcludedActivity.all.map(\.reason)), Set(ExcludedActivity.Reason.allCases))
    }
}
