//! Strip with its audit, in process, beside a copy of the same bytes and a plain scan for 0xFF.

#![forbid(unsafe_code)]
#![allow(missing_docs)] // criterion's macros write undocumented functions

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use unmarked::{Policy, audit, clean, inspect};
use unmarked_tests_bench::{STEPS_4_MB, phone_photo};

fn strip(c: &mut Criterion) {
    let photo = phone_photo(STEPS_4_MB);
    let policy = Policy::default();
    let cleaned = match clean(&photo, &policy) {
        Ok(cleaned) => cleaned,
        Err(error) => {
            eprintln!("the photo of the benchmark is refused: {error}");
            std::process::exit(1);
        }
    };
    println!("photo: {} bytes; clean: {} bytes", photo.len(), cleaned.bytes().len());

    let mut group = c.benchmark_group("4 MB JPEG");
    group.throughput(Throughput::Bytes(photo.len() as u64));
    group.bench_function("copy", |b| b.iter(|| black_box(&photo).to_vec()));
    group.bench_function("scan for 0xFF", |b| {
        b.iter(|| memchr::memchr_iter(0xFF, black_box(&photo)).count());
    });
    group.bench_function("clean", |b| b.iter(|| clean(black_box(&photo), &policy)));
    // Each result into memory that the process had not before, as when one photo is shared: nearly
    // all of a copy's time is then the system's. The results are dropped outside the clock.
    group.bench_function("copy, new memory", |b| {
        b.iter_with_large_drop(|| black_box(&photo).to_vec());
    });
    group.bench_function("clean, new memory", |b| {
        b.iter_with_large_drop(|| clean(black_box(&photo), &policy));
    });
    group.bench_function("audit", |b| b.iter(|| audit(black_box(cleaned.bytes()))));
    group.bench_function("inspect", |b| b.iter(|| inspect(black_box(&photo))));
    group.finish();
}

criterion_group!(benches, strip);
criterion_main!(benches);
