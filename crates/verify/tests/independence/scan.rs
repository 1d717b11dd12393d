//! What a source file names: paths, also those in macros, and methods.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Attribute, ExprMethodCall, ExprPath, File, ImplItemFn, ItemFn, ItemMod, ItemUse, Macro, Path, Type,
    UseTree,
};

/// What a file names.
#[derive(Default)]
pub struct Names {
    /// Paths of `use` lines and of code, their segments.
    pub paths: BTreeSet<Vec<String>>,
    /// Methods called.
    pub methods: BTreeSet<String>,
}

impl Names {
    /// Of a file, its tests left out.
    pub fn of(file: &File) -> Names {
        let mut names = Names::default();
        names.visit_file(file);
        names
    }

    fn tree(&mut self, tree: &UseTree, mut before: Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(&path.tree, before);
            }
            UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.paths.insert(before);
            }
            // Under another name it is the same item.
            UseTree::Rename(rename) => {
                before.push(rename.ident.to_string());
                self.paths.insert(before);
            }
            UseTree::Glob(_) => {
                before.push("*".into());
                self.paths.insert(before);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before.clone()));
            }
        }
    }

    /// Macros are not parsed: every path is taken, and every name after a dot for a method.
    fn tokens(&mut self, stream: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut dot = false;
        for token in stream {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.close(&mut path);
                    }
                    if dot {
                        self.methods.insert(ident.to_string());
                    }
                    path.push(ident.to_string());
                    (colons, dot) = (0, false);
                }
                TokenTree::Punct(punct) => {
                    colons = if punct.as_char() == ':' { colons + 1 } else { 0 };
                    dot = punct.as_char() == '.';
                    if punct.as_char() != ':' {
                        self.close(&mut path);
                    }
                }
                TokenTree::Group(group) => {
                    self.close(&mut path);
                    self.tokens(group.stream());
                    (colons, dot) = (0, false);
                }
                TokenTree::Literal(_) => {
                    self.close(&mut path);
                    (colons, dot) = (0, false);
                }
            }
        }
        self.close(&mut path);
    }

    fn close(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.paths.insert(std::mem::take(path));
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("test")
            || a.path().is_ident("cfg") && a.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

impl<'a> Visit<'a> for Names {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    /// Who may see an item is nothing that the item uses.
    fn visit_visibility(&mut self, _: &'a syn::Visibility) {}

    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a ItemUse) {
        self.tree(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'a Path) {
        self.paths.insert(path.segments.iter().map(|s| s.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, item: &'a ExprPath) {
        // `<Type>::function`.
        if let Some(Type::Path(of)) = item.qself.as_ref().map(|qself| &*qself.ty) {
            let segments = of.path.segments.iter().chain(&item.path.segments);
            self.paths.insert(segments.map(|s| s.ident.to_string()).collect());
        }
        visit::visit_expr_path(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        self.methods.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, item: &'a Macro) {
        self.visit_path(&item.path);
        self.tokens(item.tokens.clone());
    }

    fn visit_item_extern_crate(&mut self, item: &'a syn::ItemExternCrate) {
        // Whatever it is called here, no oracle needs one.
        self.paths.insert(vec!["extern crate".into(), item.ident.to_string()]);
    }
}
