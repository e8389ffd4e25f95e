//! Journeys of the program `unmarked`.
