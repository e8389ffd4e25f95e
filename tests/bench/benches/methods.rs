//! The methods with their audit, in process, beside a copy of the same bytes and a plain scan for
//! 0xFF.

#![forbid(unsafe_code)]
#![allow(missing_docs)] // criterion's macros write undocumented functions

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use unmarked::{audit, clean, inspect};
use unmarked_tests_bench::{STEPS_4_MB, methods, phone_photo};

fn all(c: &mut Criterion) {
    let photo = phone_photo(STEPS_4_MB);
    let mut group = c.benchmark_group("4 MB JPEG");
    group.throughput(Throughput::Bytes(photo.len() as u64));
    group.bench_function("copy", |b| b.iter(|| black_box(&photo).to_vec()));
    group.bench_function("scan for 0xFF", |b| {
        b.iter(|| memchr::memchr_iter(0xFF, black_box(&photo)).count());
    });
    // Each result into memory that the process had not before, as when one photo is shared: nearly
    // all of a copy's time is then the system's. The results are dropped outside the clock.
    group.bench_function("copy, new memory", |b| {
        b.iter_with_large_drop(|| black_box(&photo).to_vec());
    });
    for (name, policy) in methods() {
        let cleaned = match clean(&photo, &policy) {
            Ok(cleaned) => cleaned,
            Err(error) => {
                eprintln!("{name}: the photo of the benchmark is refused: {error}");
                std::process::exit(1);
            }
        };
        println!("{name}: {} bytes become {}", photo.len(), cleaned.bytes().len());
        group.bench_function(name, |b| b.iter(|| clean(black_box(&photo), &policy)));
        group.bench_function(format!("{name}, new memory"), |b| {
            b.iter_with_large_drop(|| clean(black_box(&photo), &policy));
        });
        group.bench_function(format!("audit of {name}"), |b| {
            b.iter(|| audit(black_box(cleaned.bytes())));
        });
    }
    group.bench_function("inspect", |b| b.iter(|| inspect(black_box(&photo))));
    group.finish();
}

criterion_group!(benches, all);
criterion_main!(benches);
