#include "autograd/hook.h"

#include <algorithm>
#include <atomic>

namespace retrograd {

int64_t HookList::add(uint32_t output, std::unique_ptr<TensorHook> hook) {
  static std::atomic<int64_t> next{1};
  hooks_.push_back({next.fetch_add(1), output, std::move(hook)});
  return hooks_.back().id;
}

std::shared_ptr<TensorHook> HookList::remove(int64_t id) noexcept {
  auto at = std::find_if(hooks_.begin(), hooks_.end(), [id](const Entry& e) { return e.id == id; });
  if (at == hooks_.end()) return nullptr;
  std::shared_ptr<TensorHook> removed = std::move(at->hook);
  hooks_.erase(at);
  return removed;
}

std::vector<std::shared_ptr<TensorHook>> HookList::of(uint32_t output) const {
  std::vector<std::shared_ptr<TensorHook>> found;
  for (const Entry& e : hooks_)
    if (e.output == output) found.push_back(e.hook);
  return found;
}

}  // namespace retrograd
