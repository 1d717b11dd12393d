//! Confidence limits of a share, from a sample: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
//! binomial", Biometrika 26 (1934), 404-413. With very many hits, those of Chernoff's bound, which are a little wider.

/// The most hits, or misses, whose probabilities are summed.
const SUMMED: u64 = 100_000;

/// The largest share that a sample does not refute: with it, no more than `hits` of `draws` would come with probability `alpha`.
///
/// It is 1 where nothing was drawn, or all are hits.
pub fn upper(draws: u64, hits: u64, alpha: f64) -> f64 {
    if hits >= draws {
        return 1.0;
    }
    if hits == 0 {
        // (1 - p)^n = alpha, without loss where p is small.
        return -(alpha.ln() / draws as f64).exp_m1();
    }
    let share = hits as f64 / draws as f64;
    match (hits, draws - hits) {
        (..=SUMMED, _) => bisect(share, 1.0, |p| at_most(draws, hits, p) > alpha),
        (_, ..=SUMMED) => 1.0 - lower(draws, draws - hits, alpha),
        _ => bisect(share, 1.0, |p| chernoff(draws, share, p) > alpha),
    }
}

/// The smallest share that a sample does not refute: with it, no fewer than `hits` of `draws` would come with probability `alpha`.
///
/// It is 0 without hits.
pub fn lower(draws: u64, hits: u64, alpha: f64) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    let hits = hits.min(draws);
    let share = hits as f64 / draws as f64;
    match (hits, draws - hits) {
        (..=SUMMED, _) => bisect(0.0, share, |p| at_least(draws, hits, p) < alpha),
        (_, ..=SUMMED) => 1.0 - upper(draws, draws - hits, alpha),
        _ => bisect(0.0, share, |p| chernoff(draws, share, p) < alpha),
    }
}

/// Where a condition that holds from `low` on ceases to hold, at `high` at the latest.
fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        // Geometric where it can be: small shares have all their digits too.
        let middle = if high < 0.5 && low > 0.0 { (low * high).sqrt() } else { 0.5 * (low + high) };
        if middle <= low || middle >= high {
            break;
        }
        if holds(middle) { low = middle } else { high = middle }
    }
    high
}

/// P(X = hits).
fn exactly(draws: u64, hits: u64, p: f64) -> f64 {
    let n = draws as f64;
    let factor = |i: u64| ((n - i as f64) / (i + 1) as f64).ln();
    let ways: f64 = (0..hits).map(factor).sum();
    (ways + hits as f64 * p.ln() + (n - hits as f64) * (-p).ln_1p()).exp()
}

/// P(X <= hits) where no more than so many hits are to be expected least: the terms fall from the last one.
fn at_most(draws: u64, hits: u64, p: f64) -> f64 {
    let (n, odds) = (draws as f64, (1.0 - p) / p);
    let mut term = exactly(draws, hits, p);
    let mut sum = term;
    for i in (1..=hits).rev() {
        term *= i as f64 / (n - i as f64 + 1.0) * odds;
        sum += term;
        if term < 1e-18 * sum {
            break;
        }
    }
    sum
}

/// P(X >= hits) where so many hits or fewer are to be expected: the terms fall from the first one.
fn at_least(draws: u64, hits: u64, p: f64) -> f64 {
    let (n, odds) = (draws as f64, p / (1.0 - p));
    let mut term = exactly(draws, hits, p);
    let mut sum = term;
    for i in hits..draws {
        term *= (n - i as f64) / (i as f64 + 1.0) * odds;
        sum += term;
        if term < 1e-18 * sum {
            break;
        }
    }
    sum
}

/// A bound on the probability of a share of hits as far from `p` as this one, or farther: exp(-n KL(share, p)).
fn chernoff(draws: u64, share: f64, p: f64) -> f64 {
    let divergence = share * (share / p).ln() + (1.0 - share) * ((-share).ln_1p() - (-p).ln_1p());
    (-(draws as f64) * divergence).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(X <= hits) by its definition, a sum of products.
    fn forward(draws: u64, hits: u64, p: f64) -> f64 {
        let mut term = (1.0 - p).powi(draws as i32);
        let mut sum = term;
        for k in 0..hits {
            term *= (draws - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
            sum += term;
        }
        sum
    }

    #[test]
    fn the_limits_are_where_the_definition_has_them() {
        for draws in [1u64, 2, 10, 100, 1000] {
            for hits in [0, 1, 2, 5, 9, 50, 400].into_iter().filter(|hits| *hits < draws) {
                for alpha in [0.05, 0.025, 0.001] {
                    let p = upper(draws, hits, alpha);
                    let found = forward(draws, hits, p);
                    assert!((found / alpha - 1.0).abs() < 1e-9, "{draws} {hits} {alpha}: {found}");
                    let p = lower(draws, hits + 1, alpha);
                    let found = 1.0 - forward(draws, hits, p);
                    assert!((found / alpha - 1.0).abs() < 1e-6, "{draws} {hits} {alpha}: {found}");
                }
            }
        }
    }

    /// All but one are hits: P(X <= n - 1) = 1 - p^n.
    #[test]
    fn nearly_all_hits_have_limits_too() {
        for draws in [2u64, 100, 1 << 30] {
            let share = (0.95f64.ln() / draws as f64).exp();
            assert!((upper(draws, draws - 1, 0.05) - share).abs() < 1e-9, "{draws}");
        }
    }

    /// Published limits: R's `binom.test(k, n)$conf.int`, 95 % on two sides, as its manual has the method.
    #[test]
    fn limits_of_r_are_met() {
        for (draws, hits, low, high) in
            [(10, 0, 0.0, 0.3084971), (10, 1, 0.002528579, 0.4450161), (10, 5, 0.187086, 0.812914)]
        {
            assert!((lower(draws, hits, 0.025) - low).abs() < 1e-6, "{draws} {hits}");
            assert!((upper(draws, hits, 0.025) - high).abs() < 1e-6, "{draws} {hits}");
        }
    }

    #[test]
    fn large_samples_have_small_limits() {
        // The rule of three, -ln(0.05) / n, which is a little above.
        for draws in [1u64 << 20, 1 << 40, u64::MAX] {
            let (exact, rule) = (upper(draws, 0, 0.05), -(0.05f64.ln()) / draws as f64);
            assert!(exact <= rule && exact > rule * (1.0 - 1e-5), "{draws}: {exact} {rule}");
        }
        // Poisson's limit for three hits: 7.7537 (Garwood, 1936).
        let found = upper(1 << 40, 3, 0.05) * (1u64 << 40) as f64;
        assert!((found - 7.7537).abs() < 1e-3, "{found}");
        // So large that floating point cannot tell n from n - 1.
        let found = upper(u64::MAX, 3, 0.05) * u64::MAX as f64;
        assert!((found - 7.7537).abs() < 1e-3, "{found}");
        let found = lower(1 << 60, 3, 0.05) * (1u64 << 60) as f64;
        assert!((found - 0.8177).abs() < 1e-3, "{found}");
        assert_eq!((upper(0, 0, 0.05), upper(7, 7, 0.05), lower(7, 0, 0.05)), (1.0, 1.0, 0.0));
    }

    /// With many hits, the limits are those of the normal approximation, but for what Chernoff's bound is wider.
    #[test]
    fn many_hits_have_close_limits() {
        for (draws, hits) in [
            (1u64 << 40, 1u64 << 20),
            (1 << 40, (1 << 40) - (1 << 20)),
            (1 << 30, 1 << 29),
            (1 << 22, 99_999),
        ] {
            let share = hits as f64 / draws as f64;
            let deviation = (share * (1.0 - share) / draws as f64).sqrt();
            for limit in [share - lower(draws, hits, 0.025), upper(draws, hits, 0.025) - share] {
                assert!(
                    (1.9 * deviation..2.8 * deviation).contains(&limit),
                    "{draws} {hits}: {limit} {deviation}"
                );
            }
        }
    }
}
