//! Code points as Unmarked writes them: ITU-T H.273, tables 2 to 4. Of several that mean the same
//! there is one, and 2 stands for what means nothing.

use super::Shown;
use crate::ProfileClass;

const PRIMARIES: [u16; 11] = [1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 22];
const TRANSFERS: [u16; 14] = [1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18];
const MATRICES: [u16; 16] = [0, 1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];

/// True if all three are written so.
pub(super) fn are_normal([primaries, transfer, matrix]: [u16; 3]) -> bool {
    PRIMARIES.contains(&primaries) && TRANSFERS.contains(&transfer) && MATRICES.contains(&matrix)
}

/// Primaries and transfer of the same meaning as a constant profile.
pub(super) fn of_profile(class: ProfileClass) -> (u16, u16) {
    match class {
        ProfileClass::DisplayP3 => (12, 13),
        ProfileClass::GreyGamma22 => (1, 4),
        _ => (2, 2),
    }
}

/// True if the coded samples say of colours what the properties do.
pub(super) fn agree(
    shown: &Shown,
    properties: Option<([u16; 3], bool)>,
    profile: Option<ProfileClass>,
) -> bool {
    let coded = (shown.code_points, shown.full_range);
    let [primaries, transfer, _] = shown.code_points;
    match (properties, profile) {
        // AV1 has no syntax for RGB of sRGB in the limited range
        (Some(told), _) => told == coded || told == ([1, 13, 0], false) && coded == ([2; 3], false),
        (None, Some(class)) => {
            are_normal(shown.code_points) && of_profile(class) == (primaries, transfer)
        }
        (None, None) => are_normal(shown.code_points),
    }
}
