//! Matrices in slices.

/// A matrix in a slice: element `(i, j)` is at `i` times the first stride plus `j` times the second.
#[derive(Debug)]
pub struct View<'a, N> {
    data: &'a [N],
    rows: usize,
    columns: usize,
    strides: [usize; 2],
}

impl<N> Clone for View<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for View<'_, N> {}

impl<'a, N> View<'a, N> {
    /// Row by row.
    ///
    /// # Panics
    /// If the slice has another number of elements.
    #[must_use]
    pub fn rows(data: &'a [N], rows: usize, columns: usize) -> View<'a, N> {
        assert_eq!(data.len(), rows * columns, "a matrix of {rows} by {columns}");
        View { data, rows, columns, strides: [columns, 1] }
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub const fn transposed(self) -> View<'a, N> {
        let [row, column] = self.strides;
        View { rows: self.columns, columns: self.rows, strides: [column, row], ..self }
    }

    /// How many rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.rows
    }

    /// How many columns.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.columns
    }

    /// What it lies in, from its first element on, and the distances of rows and of columns there.
    #[must_use]
    pub const fn parts(&self) -> (&'a [N], [usize; 2]) {
        (self.data, self.strides)
    }

    /// Whether every element lies in the slice.
    #[must_use]
    pub const fn is_inside(&self) -> bool {
        let [row, column] = self.strides;
        let is_empty = self.rows == 0 || self.columns == 0;
        is_empty || (self.rows - 1) * row + (self.columns - 1) * column < self.data.len()
    }

    /// The element.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> &'a N {
        &self.data[row * self.strides[0] + column * self.strides[1]]
    }
}
