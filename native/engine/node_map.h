#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "autograd/node.h"

namespace retrograd {

/// Numbers the nodes of one backward pass: open addressing on their addresses, no deletion.
class NodeMap {
 public:
  NodeMap() : table_(64) {}

  /// The number of `node`, counted from 0 in the order of first calls.
  uint32_t number(const Node* node) {
    Entry& entry = table_[place(node)];
    if (entry.node) return entry.number;
    entry = {node, count_++};
    if (count_ * 2 > table_.size()) grow();
    return count_ - 1;
  }
  /// The number of a node that has one.
  std::optional<uint32_t> look(const Node* node) const {
    const Entry& entry = table_[place(node)];
    return entry.node ? std::optional(entry.number) : std::nullopt;
  }

 private:
  struct Entry {
    const Node* node = nullptr;
    uint32_t number = 0;
  };

  /// Where `node` is, or the free entry where it would go.
  size_t place(const Node* node) const {
    uint64_t mixed = (reinterpret_cast<uintptr_t>(node) >> 4) * 0x9e3779b97f4a7c15ull;
    size_t i = static_cast<size_t>(mixed >> 32) & (table_.size() - 1);
    while (table_[i].node && table_[i].node != node) i = (i + 1) & (table_.size() - 1);
    return i;
  }
  void grow() {
    std::vector<Entry> old(table_.size() * 2);
    old.swap(table_);
    for (const Entry& e : old)
      if (e.node) table_[place(e.node)] = e;
  }

  std::vector<Entry> table_;
  uint32_t count_ = 0;
};

}  // namespace retrograd
