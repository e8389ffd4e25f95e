//! Which item is a part or the alpha of which, and that this makes their order.

use super::meta::{Meta, Reference};
use crate::audit::Rejection;

/// The references between the items.
#[derive(Debug)]
pub(super) struct Graph {
    /// For each item, what it is put together from.
    inputs: Vec<Vec<usize>>,
    /// For each item, what it is the alpha of.
    masters: Vec<Vec<usize>>,
    /// For each item, whether another one is put together from it.
    part: Vec<bool>,
}

impl Graph {
    pub(super) fn of(meta: &Meta<'_>) -> Result<Graph, Rejection> {
        let count = meta.items.len();
        let mut graph = Graph {
            inputs: vec![Vec::new(); count],
            masters: vec![Vec::new(); count],
            part: vec![false; count],
        };
        for reference in &meta.references {
            let list = match &reference.kind {
                b"dimg" => graph.inputs.get_mut(reference.from),
                b"auxl" => graph.masters.get_mut(reference.from),
                _ => None,
            };
            if let Some(list) = list {
                list.clone_from(&reference.to);
            }
            if &reference.kind == b"dimg" {
                for input in &reference.to {
                    graph.part.get_mut(*input).into_iter().for_each(|part| *part = true);
                }
            }
        }
        if !graph.is_right(meta) {
            let at = meta.items.first().map_or(0, |item| item.at) as u64;
            return Err(Rejection { at, what: "items that refer to each other in their order" });
        }
        Ok(graph)
    }

    pub(super) fn inputs(&self, item: usize) -> &[usize] {
        self.inputs.get(item).map_or(&[], Vec::as_slice)
    }

    fn masters(&self, item: usize) -> &[usize] {
        self.masters.get(item).map_or(&[], Vec::as_slice)
    }

    /// True if the item is the alpha of others.
    pub(super) fn is_alpha(&self, item: usize) -> bool {
        !self.masters(item).is_empty()
    }

    /// True if another item is put together from this one.
    pub(super) fn is_part(&self, item: usize) -> bool {
        self.part.get(item).copied().unwrap_or(false)
    }

    fn is_right(&self, meta: &Meta<'_>) -> bool {
        let count = meta.items.len();
        let rank = |item: usize| match meta.items.get(item).map(|item| &item.kind) {
            Some(b"iovl") => 0,
            Some(b"iden") => 1,
            Some(b"grid") => 2,
            _ => 3,
        };
        for item in 0..count {
            let inputs = self.inputs(item);
            let least = if rank(item) == 2 { 3 } else { u8::saturating_add(rank(item), 1) };
            if inputs.is_empty() != (rank(item) == 3) || inputs.iter().any(|i| rank(*i) < least) {
                return false;
            }
        }
        let mut visited = 0;
        if !self.visit(meta.primary, &mut visited) || visited != meta.primary.saturating_add(1) {
            return false;
        }
        for master in 0..=meta.primary {
            let mut alphas = (0..count).filter(|item| self.masters(*item).contains(&master));
            if let Some(alpha) = alphas.next() {
                let one = alphas.next().is_none() && alpha > meta.primary;
                if !one || !self.visit(alpha, &mut visited) {
                    return false;
                }
            }
        }
        visited == count && meta.references == self.expected(meta)
    }

    /// Goes to the item behind what it is put together from; false if it stands elsewhere.
    fn visit(&self, item: usize, visited: &mut usize) -> bool {
        if item < *visited {
            return true;
        }
        // the ranks of kinds bound how deep this goes
        let right =
            self.inputs(item).iter().all(|input| self.visit(*input, visited)) && item == *visited;
        *visited = visited.saturating_add(1);
        right
    }

    /// The references in the order in which they are written. Only of `prem` it is left to the file
    /// whether there is one.
    fn expected(&self, meta: &Meta<'_>) -> Vec<Reference> {
        let mut list = Vec::new();
        for item in 0..meta.items.len() {
            let inputs = self.inputs(item);
            if !inputs.is_empty() {
                list.push(Reference { kind: *b"dimg", from: item, to: inputs.to_vec() });
            }
            let masters = self.masters(item);
            let rising = masters.windows(2).all(|pair| pair.first() < pair.last());
            if masters.is_empty() || !rising {
                continue;
            }
            list.push(Reference { kind: *b"auxl", from: item, to: masters.to_vec() });
            for master in masters {
                let multiplied = Reference { kind: *b"prem", from: *master, to: vec![item] };
                if meta.references.contains(&multiplied) {
                    list.push(multiplied);
                }
            }
        }
        list
    }
}
