#include "autograd/node.h"

#include <mutex>

#include "autograd/record.h"

namespace retrograd {

uint32_t Node::addOutput(const Tensor& output) {
  outputs_.emplace_back(output.sizes(), output.dtype(), output.device(), currentStream(output.device()).number);
  return static_cast<uint32_t>(outputs_.size() - 1);
}

Node::Extras& Node::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  hasExtras_.store(true, std::memory_order_release);
  return *extras_;
}

int64_t Node::addHook(uint32_t output, std::unique_ptr<TensorHook> hook) {
  std::lock_guard lock(lock_);
  return extras().hooks.add(output, std::move(hook));
}

bool Node::removeHook(int64_t id) noexcept {
  std::shared_ptr<TensorHook> removed;  // dies after the lock is released
  std::lock_guard lock(lock_);
  if (extras_) removed = extras_->hooks.remove(id);
  return removed != nullptr;
}

std::vector<std::shared_ptr<TensorHook>> Node::hooksOf(uint32_t output) const {
  {
    std::lock_guard lock(lock_);
    if (!extras_) return {};
    if (!extras_->dropped) return extras_->hooks.of(output);
  }
  fail<AutogradError>(releasedText(name(), "its hooks"));
}

void Node::dropHooks() noexcept {
  if (!hasExtras()) return;
  HookList dropped;  // dies after the lock is released
  std::lock_guard lock(lock_);
  if (extras_->hooks.empty()) return;
  std::swap(dropped, extras_->hooks);
  extras_->dropped = true;
}

void Node::retainFor(uint32_t output, TensorImpl* tensor) {
  std::lock_guard lock(lock_);
  extras().retained.emplace_back(output, tensor);
}

void Node::forget(const TensorImpl* tensor) noexcept {
  std::lock_guard lock(lock_);
  if (extras_) std::erase_if(extras_->retained, [tensor](const auto& r) { return r.second == tensor; });
}

Tensor Node::retained(uint32_t output) const {
  std::lock_guard lock(lock_);
  if (extras_)
    for (const auto& [number, tensor] : extras_->retained)
      if (number == output && tensor->tryRetain()) return Tensor(Ref<TensorImpl>::adopt(tensor));
  return {};
}

}  // namespace retrograd
