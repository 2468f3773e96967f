#include "fiber.h"

#include <sys/mman.h>

#include <cstdlib>

namespace emulated {

namespace {
Fiber* previous = nullptr;  // who switched to the fiber that runs now
Fiber* current = nullptr;
}  // namespace

#if defined(__x86_64__)
// Saves what the calling convention says a function keeps, then continues on the other stack.
extern "C" void emulatedSwitch(void** save, void* to);
asm(R"(
.text
.globl emulatedSwitch
.hidden emulatedSwitch
.type emulatedSwitch, @function
emulatedSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulatedSwitch, .-emulatedSwitch
)");
#endif

Fiber::Fiber(void (*entry)(void*), void* argument) : entry_(entry), argument_(argument) {
  void* stack = mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack == MAP_FAILED) std::abort();
  stack_ = static_cast<unsigned char*>(stack);
#if defined(__x86_64__)
  // As if `enter` had been called, with six registers saved above its return address.
  void** top = reinterpret_cast<void**>(stack_ + kStack) - 2;
  *top = reinterpret_cast<void*>(&Fiber::enter);
  top_ = top - 6;
#else
  getcontext(&context_);
  context_.uc_stack.ss_sp = stack_;
  context_.uc_stack.ss_size = kStack;
  makecontext(&context_, &Fiber::enter, 0);
#endif
#if defined(__SANITIZE_ADDRESS__)
  bottom_ = stack_;
  size_ = kStack;
#endif
}

Fiber::~Fiber() {
  if (stack_) munmap(stack_, kStack);
}

void Fiber::arrived() {
#if defined(__SANITIZE_ADDRESS__)
  const void* bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(current->fake_, &bottom, &size);
  if (previous && !previous->stack_) {
    previous->bottom_ = bottom;
    previous->size_ = size;
  }
#endif
}

void Fiber::enter() {
  arrived();
  current->entry_(current->argument_);
  std::abort();
}

void Fiber::change(Fiber& from, Fiber& to) {
  previous = &from;
  current = &to;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&from.fake_, to.bottom_, to.size_);
#endif
#if defined(__x86_64__)
  emulatedSwitch(&from.top_, to.top_);
#else
  swapcontext(&from.context_, &to.context_);
#endif
  arrived();
}

}  // namespace emulated
