#pragma once

// Everything of the room.
#include <optim/adam.hpp>
#include <optim/any_optimizer.hpp>
#include <optim/in_place.hpp>
#include <optim/optimizer.hpp>
#include <optim/rule.hpp>
#include <optim/sgd.hpp>
