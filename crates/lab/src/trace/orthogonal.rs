//! The orthogonalization of `torch.optim.Muon` as PyTorch computes it on a CPU: matrices in bfloat16, each product with what is added to it rounded once.

use nalgebra::DMatrix;

use crate::optimizer::NewtonSchulz;
use crate::storage::{Storage, StorageError};

/// What the iteration makes of a matrix. Sums are those of binary64, in which products of bfloat16 are exact and sums of some thousand nearly so; PyTorch's are
/// those of binary32 in an order that depends on the machine, which differs in a number that lies within their errors of a tie.
///
/// # Errors
/// A storage that cannot be had.
pub fn orthogonal(how: &NewtonSchulz, m: &DMatrix<f64>) -> Result<DMatrix<f64>, StorageError> {
    let mut keeper = Storage::bfloat16().keeper()?;
    // A kernel's result is a number of binary32 before it is stored.
    let mut stored = |mut x: DMatrix<f64>| {
        x.iter_mut().for_each(|x| *x = f64::from(*x as f32));
        keeper.store(x.as_mut_slice(), 0, 0);
        x
    };
    let [a, b, c] = how.coefficients.map(|x| f64::from(x as f32));
    let transposes = m.nrows() > m.ncols();
    let mut x = stored(if transposes { m.transpose() } else { m.clone() });
    let norm = stored(DMatrix::from_element(1, 1, x.norm()))[(0, 0)];
    x = stored(x / norm.max(how.epsilon));
    for _ in 0..how.steps {
        let gram = stored(&x * x.transpose());
        let polynomial = stored(&gram * b + &gram * &gram * c);
        x = stored(&x * a + polynomial * &x);
    }
    Ok(if transposes { x.transpose() } else { x })
}
