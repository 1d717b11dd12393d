//! The learning rate of an optimizer, as a file has it.

use halfulp_lab::optimizer::OptimizerSpec;

/// The optimizer with another learning rate; none for Shampoo and SOAP without a table `adam`, whose rate it is, and for those of other crates, whose
/// keys are their own. The rate of an Adam that steps what an optimizer of matrices does not stays.
pub(super) fn at_rate(optimizer: &OptimizerSpec, rate: f64) -> Option<OptimizerSpec> {
    let mut at = optimizer.clone();
    match &mut at {
        OptimizerSpec::Sgd(spec) => spec.rate = rate,
        OptimizerSpec::Adam(spec) => spec.rate = Some(rate),
        OptimizerSpec::Muon(spec) => spec.rate = Some(rate),
        OptimizerSpec::Psgd(spec) => spec.rate = Some(rate),
        OptimizerSpec::Shampoo(spec) => spec.adam.as_mut()?.rate = Some(rate),
        OptimizerSpec::Soap(spec) => spec.adam.as_mut()?.rate = Some(rate),
        OptimizerSpec::Other(_) => return None,
    }
    Some(at)
}
